#pragma once

#include <chrono>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "support/clock.hpp"

namespace trunkwarden {

// The values that a containment of use wrote into trusted objects. While an object has such a value it is
// contained: nobody puts back what was switched off to stop a theft. Once a reading shows another value the
// step is over: who switches it off then is somebody else.
class stopped_values {
public:
    // A list may show for a moment what was there before the step.
    static constexpr auto lag_of_lists = std::chrono::minutes(1);

    // `at`: when the step was verified.
    void add(std::string_view resource, std::string_view id, std::string_view field, std::string_view value,
             time_point at)
    {
        all_[object_key(resource, id)].insert_or_assign(std::string(field), stopped{std::string(value), at});
    }
    void remove(std::string_view resource, std::string_view id, std::string_view field,
                std::string_view value)
    {
        erase_if(resource, id, [&](std::string_view name, const stopped& kept) {
            return name == field && kept.value == value;
        });
    }
    bool has(std::string_view resource, std::string_view id, std::string_view field,
             std::string_view value) const
    {
        const auto object = find(resource, id);
        if (object == all_.end())
            return false;
        const auto kept = object->second.find(field);
        return kept != object->second.end() && kept->second.value == value;
    }
    bool has_any(std::string_view resource, std::string_view id) const
    {
        return find(resource, id) != all_.end();
    }
    bool empty() const { return all_.empty(); }

    // The object as a reading that began then shows it; `shown` gives the canonical text of a field.
    template <class ValueOf>
    void see(std::string_view resource, std::string_view id, time_point began, ValueOf shown)
    {
        erase_if(resource, id, [&](std::string_view name, const stopped& kept) {
            return began - kept.at > lag_of_lists && shown(name) != kept.value;
        });
    }

    // A complete reading of the resource that began then; `is_there` says of an id whether it shows it.
    template <class IsThere>
    void see_all(std::string_view resource, time_point began, IsThere is_there)
    {
        const auto prefix = object_key(resource, "");
        for (auto at = all_.lower_bound(prefix); at != all_.end() && at->first.starts_with(prefix);) {
            const auto object = at++;
            const auto id = std::string_view(object->first).substr(prefix.size());
            const auto& newest = object->second.begin()->second.at;
            if (began - newest > lag_of_lists && !is_there(id))
                all_.erase(object);
        }
    }

private:
    struct stopped {
        std::string value;
        time_point at;
    };
    using by_field = std::map<std::string, stopped, std::less<>>;
    using by_object = std::map<std::string, by_field>;

    static std::string object_key(std::string_view resource, std::string_view id)
    {
        return fmt::format("{}\n{}", resource, id);
    }
    by_object::const_iterator find(std::string_view resource, std::string_view id) const
    {
        return all_.empty() ? all_.end() : all_.find(object_key(resource, id));
    }
    template <class Which>
    void erase_if(std::string_view resource, std::string_view id, Which which)
    {
        const auto object = all_.empty() ? all_.end() : all_.find(object_key(resource, id));
        if (object == all_.end())
            return;
        std::erase_if(object->second, [&which](const auto& kept) { return which(kept.first, kept.second); });
        if (object->second.empty())
            all_.erase(object);
    }

    by_object all_;  // as many as the account has objects that are stopped
};

}  // namespace trunkwarden
