#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/clock.hpp"

namespace trunkwarden {

// The addresses from which each SIP user name was registered lately. The registrar shows the last client
// only: where two clients know a password, it shows them in turns. Pure.
class registrants {
public:
    // A registration seldom lasts longer; a phone that moved does not come back to its old address so soon.
    static constexpr auto turn_span = std::chrono::hours(1);
    static constexpr std::size_t most_turns = 8;  // that are kept of one user name, the last ones

    void see(std::string_view user_name, std::string_view connection, std::string_view address,
             time_point now);
    void forget(std::string_view user_name);

    // Forgets who was not registered within the span: an intruder who makes credentials must not fill the
    // memory.
    void forget_old(time_point now);

    // The addresses that took turns within the span: of two or more one was there, was replaced, and came
    // back.
    struct shared_password {
        std::string user_name;
        std::string connection;
        std::set<std::string> addresses;
    };
    std::vector<shared_password> shared(time_point now) const;

private:
    struct turn {
        std::string connection;
        std::string address;
        time_point until;  // when it was last seen
    };
    std::map<std::string, std::vector<turn>, std::less<>> turns_;
};

}  // namespace trunkwarden
