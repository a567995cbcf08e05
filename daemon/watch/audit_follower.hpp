#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "audit/audit_page.hpp"
#include "fetch/paging.hpp"
#include "metrics/metrics.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/log.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The audit log as a shortcut: it names what was changed, so that this is read at once, and who did it. It is
// never the only witness: the lists are read whether or not it says anything.
class audit_follower {
public:
    // The functions that the follower calls. All are there.
    struct callbacks {
        std::function<void(std::size_t list)>
            poll_now;  // reads a list, an index of account_view::lists, at once
        std::function<void(time_point began)> on_looked;  // after each look-up, also one that failed
    };

    audit_follower(account& watched, logger& log, metrics& counters, callbacks call);

    task<> watch_forever();

    // Looks at once: something was found, and the log may name the person who did it.
    void look_now();
    // Whether it is to be looked at, and can be.
    bool is_watching() const { return watched_.config.poll.audit_interval.count() > 0 && !trouble_; }

    // A list that shows the resource was read.
    void on_reading(std::size_t resource);

    // Why it could not be read last time; nullopt too when it is not to be read.
    const optional_reason& trouble() const { return trouble_; }

    // Events that no reading confirmed, as sentences; the newest twenty.
    // And that events of the log could not be read at the last look-up.
    std::vector<std::string> warnings() const;

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
    struct log_reading {
        std::vector<audit_event> events;
        audit_memory::reach reach = audit_memory::reach::all_of_it;
        std::size_t unreadable = 0;
        std::string first_unreadable;  // its place
    };
    task<result<log_reading>> read_log(time_point after) const;
    task<result<audit_page>> read_part(time_point after, page_part part, request_priority priority) const;
    task<result<audit_page>> read_page(time_point after, std::size_t number, request_priority priority) const;
    task<> follow(const std::vector<audit_event>& events);
    task<> follow(const std::vector<known_object>& objects);
    std::vector<known_object> objects_of(const audit_event& event) const;
    void expect_confirmation(const audit_event& event, const known_object& object);
    std::optional<bool> is_confirmed(const unconfirmed& waiting) const;
    void warn_of(const unconfirmed& waiting);
    bool is_short(std::size_t list) const;
    void poll_money_lists();
    void poll_access_lists();
    void poll_list_of(std::size_t resource);
    void note(const optional_reason& trouble);
    void note_unreadable(const log_reading& read);

    account& watched_;
    logger& log_;
    metrics& counters_;
    callbacks call_;
    async_event due_;
    bool again_ = false;  // asked for while a look-up was under way
    optional_reason trouble_;
    std::deque<std::string> warnings_;
    optional_reason unreadable_;  // the events that could not be read at the last look-up, as a sentence
    std::vector<unconfirmed> unconfirmed_;
    std::vector<audit_event> unplaced_;  // of the look-up before: about what no list showed then
    std::vector<audit_event> new_;
};

}  // namespace trunkwarden
