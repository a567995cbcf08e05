#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace trunkwarden {

// Lists, by path, that could be read at least once. Of these "not found" and "forbidden" do not say that
// there is nothing: something was changed. Only those are noted of which it matters (watch/observe_list.hpp).
class read_lists {
public:
    bool contains(std::string_view path) const { return known_.contains(path); }
    void note(std::string_view path)
    {
        if (known_.emplace(path).second)
            new_.emplace(path);
    }

    // The lists that an earlier run noted, and those noted since the last call.
    void restore(std::set<std::string, std::less<>> known) { known_ = std::move(known); }
    std::set<std::string> take_new() { return std::exchange(new_, {}); }

private:
    std::set<std::string, std::less<>> known_;
    std::set<std::string> new_;
};

}  // namespace trunkwarden
