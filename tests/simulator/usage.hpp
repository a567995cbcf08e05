#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The calls and messages of the account. Nothing of them shows at once: records, prices and reports each come
// later, as the API was seen to do (docs/telnyx-api.md).

namespace trunkwarden::simulator {

// A call or a message, in one direction: out. Times that lie ahead are those of calls that will be made.
struct used {
    using time_point = std::chrono::system_clock::time_point;

    std::string product = "sip-trunking";
    std::string id = {};
    std::string cli = {};
    std::string cld = {};
    std::string connection_id = {};
    std::string profile_id = {};  // an outbound voice profile, or a messaging profile
    time_point started = {};
    std::chrono::seconds lasts{0};
    bool connected = false;  // else it was refused: it costs nothing
    std::int64_t cents = 0;
    bool is_charged = false;

    time_point ended() const { return started + lasts; }
    bool is_message() const { return product == "messaging"; }
};

struct use_delays {
    std::chrono::milliseconds records = std::chrono::seconds(60);  // from the end until its record is there
    std::chrono::milliseconds rating =
        std::chrono::seconds(133);  // until it has a price, and the balance falls
    std::chrono::milliseconds reports = std::chrono::seconds(60);  // until reports count it; not documented
};

class usage {
public:
    using time_point = used::time_point;

    void add(used some);

    // Calls by this connection or profile that begin from now on are refused.
    void refuse_from(std::string_view id, time_point now);

    // The sum that was rated since the last call, in hundredths of the currency.
    std::int64_t take_rated(time_point now);

    bool is_shown(const used& some, time_point now) const { return some.ended() + delays.records <= now; }
    bool is_rated(const used& some, time_point now) const { return some.ended() + delays.rating <= now; }
    bool is_reported(const used& some, time_point now) const { return some.ended() + delays.reports <= now; }

    const std::vector<used>& all() const { return all_; }  // as they began, the oldest first

    use_delays delays;

private:
    std::vector<used> all_;
};

// Where a number is: "LV" and 371. "US" and 1 where the table of the simulator has nothing.
struct number_place {
    std::string_view iso;
    int code;
};
number_place place_of_number(std::string_view number);

}  // namespace trunkwarden::simulator
