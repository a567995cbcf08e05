#pragma once

#include <fmt/format.h>
#include <set>
#include <string>
#include <string_view>

namespace trunkwarden {

// The values that a containment of use wrote into trusted objects. While an object has such a value it is
// contained: nobody puts back what was switched off to stop a theft.
class stopped_values {
public:
    void add(std::string_view resource, std::string_view id, std::string_view field, std::string_view value)
    {
        all_.insert(key(resource, id, field, value));
    }
    void remove(std::string_view resource, std::string_view id, std::string_view field,
                std::string_view value)
    {
        all_.erase(key(resource, id, field, value));
    }
    bool has(std::string_view resource, std::string_view id, std::string_view field,
             std::string_view value) const
    {
        return !all_.empty() && all_.contains(key(resource, id, field, value));
    }

private:
    static std::string key(std::string_view resource, std::string_view id, std::string_view field,
                           std::string_view value)
    {
        return fmt::format("{}\n{}\n{}\n{}", resource, id, field, value);
    }

    std::set<std::string> all_;  // as many as there are actions in the journal
};

}  // namespace trunkwarden
