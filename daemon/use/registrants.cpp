#include "use/registrants.hpp"

#include <utility>

namespace trunkwarden {

void registrants::see(std::string_view user_name, std::string_view connection, std::string_view address,
                      time_point now)
{
    auto& turns = turns_[std::string(user_name)];
    if (!turns.empty() && turns.back().address == address) {
        turns.back().until = now;
        return;
    }
    turns.push_back({std::string(connection), std::string(address), now});
    if (turns.size() > most_turns)
        turns.erase(turns.begin());
}

void registrants::forget(std::string_view user_name)
{
    if (const auto known = turns_.find(user_name); known != turns_.end())
        turns_.erase(known);
}

void registrants::forget_old(time_point now)
{
    std::erase_if(turns_, [now](const auto& known) { return now - known.second.back().until > turn_span; });
}

std::vector<registrants::shared_password> registrants::shared(time_point now) const
{
    std::vector<shared_password> out;
    for (const auto& [user_name, turns] : turns_) {
        shared_password shared{user_name, turns.back().connection, {}};
        bool came_back = false;
        for (const auto& taken : turns) {
            if (now - taken.until > turn_span)
                continue;
            came_back = !shared.addresses.insert(taken.address).second || came_back;
        }
        if (came_back)
            out.push_back(std::move(shared));
    }
    return out;
}

}  // namespace trunkwarden
