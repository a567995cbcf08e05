#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "account.hpp"
#include "metrics/metrics.hpp"
#include "support/async.hpp"
#include "support/log.hpp"

namespace trunkwarden {

// The audit log as a shortcut: it names what was changed, so that this is read at once, and who did it. It is
// never the only witness: the lists are read whether or not it says anything.
class audit_watch {
public:
    // `hurry` makes a list, an index of account::lists, be read at once.
    audit_watch(account& watched, logger& log, metrics& counters, std::function<void(std::size_t)> hurry);

    task<> watch_forever();

    // A list that shows the resource was read.
    void on_reading(std::size_t resource);

    // Why it could not be read last time; "" when it could, or is not to be read.
    const std::string& trouble() const { return trouble_; }

    // Events that no reading confirmed, as sentences; the newest twenty.
    std::vector<std::string> warnings() const { return {warnings_.begin(), warnings_.end()}; }

    // Events that were seen since the last call, for the state file.
    std::vector<audit_event> take_new() { return std::exchange(new_, {}); }

private:
    // An event about a known object, as its list showed it before: a reading that begins later must show
    // another.
    struct unconfirmed {
        audit_event event;
        std::size_t resource = 0;
        std::string id;
        std::vector<std::pair<std::size_t, std::string>> before;  // watched fields by index, and their values
    };
    // An object that an event may be about.
    struct known_object {
        std::size_t resource = 0;
        std::string id;
        std::string address;
        std::vector<std::pair<std::size_t, std::string>> values;  // of the fields the event names
    };

    task<> look_once();
    task<result<std::vector<audit_event>>> read_log(time_point after);
    task<> follow(const std::vector<audit_event>& events);
    task<> follow(const std::vector<known_object>& objects);
    std::vector<known_object> objects_of(const audit_event& event) const;
    void expect_confirmation(const audit_event& event, const known_object& object);
    void hurry_money_lists();
    void hurry_list_of(std::size_t resource);
    void note(const std::string& trouble);

    account& watched_;
    logger& log_;
    metrics& counters_;
    std::function<void(std::size_t)> hurry_;
    std::string trouble_;
    std::deque<std::string> warnings_;
    std::vector<unconfirmed> unconfirmed_;
    std::vector<audit_event> new_;
};

}  // namespace trunkwarden
