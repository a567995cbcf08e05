#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "audit/audit_event.hpp"
#include "snapshot/objects.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The users of an account by their ids, so that sentences about a change can name a person.
class account_people {
public:
    // So many addresses are remembered; beyond that nobody new is. Those on the list are known in any case.
    static constexpr std::size_t max_remembered = 5'000;

    // A reading that showed every user, which began then.
    void see_all(const object_list& users, time_point began);
    // The list could not be read completely: whether somebody is gone is not known any more.
    void lose_sight() { listed_.reset(); }
    // An address that was seen earlier. "" is none.
    void remember(std::string_view user_id, std::string_view email);
    // The user whose key trunkwarden uses. "" takes back nothing: this answer does not say.
    void see_monitor(std::string user_id, std::string_view email);
    void forget_monitor() { monitor_.clear(); }

    // Whether there is such a user; nothing while the list is not known.
    std::optional<bool> is_user(std::string_view user_id) const;
    // When the reading of that list began; the earliest time while it is not known.
    time_point listed_since() const { return listed_ ? listed_->since : earliest_time; }

    // Fills in what is known of an actor; earlier knowledge stays where nothing is known now.
    void name(actor& who) const;

private:
    struct listed_users {
        std::set<std::string, std::less<>> ids;
        time_point since;  // when the reading began
    };
    std::map<std::string, std::string, std::less<>> emails_;  // the last ones known
    std::optional<listed_users> listed_;
    std::string monitor_;  // the user's id; "" when not known
};

// As ledgers want it. `people` must outlive it.
inline std::function<void(actor&)> naming_by(const account_people& people)
{
    return [&people](actor& who) { people.name(who); };
}

}  // namespace trunkwarden
