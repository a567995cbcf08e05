#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/alert_sink.hpp"
#include "alerts/alert_weight.hpp"
#include "state/delivery.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// A mail for the recipient whom the mail server refused for now, when it took the mail for others.
struct late_mail {
    std::string recipient;
    std::string mail;  // as the others got it
    alert_weight weight = 0;
};

// As the state file keeps it: the body of its delivery.
std::string to_text(const late_mail& late);

// The same back; nothing where it is the body of another delivery.
std::optional<late_mail> late_mail_of(std::string_view body);

// The late mails of one sink, by recipient. Each recipient has pauses of its own, and no other recipient and
// no new message waits for them: a mailbox that is always full, as a person who writes to it can make it,
// delays nobody else's mails. Of one recipient the most severe mail goes first, of equal ones the oldest. No
// I/O and no clock.
class late_mails {
public:
    // A mail is tried for so long.
    static constexpr auto tried_for = std::chrono::hours(24);
    // Of all recipients; then the lightest and oldest is given up.
    static constexpr std::size_t max_mails = 1000;
    static constexpr std::size_t max_bytes = 4UL * 1024 * 1024;

    struct waiting {
        trunkwarden::delivery delivery;
        late_mail content;
    };

    // A mail that the recipient refused at `now`. Returns those that are given up for it.
    std::vector<waiting> add(waiting refused, time_point now);
    // One of an earlier run: it is tried at once.
    void restore(waiting kept);

    // The next mail, and it counts as under way; nothing while another one is, or none is due.
    std::optional<waiting> next(time_point now);
    // When next() may have one although nothing else happens; nothing when none waits.
    std::optional<time_point> look_again() const;

    // Takes the outcome of an attempt. Returns the mail if that was its end: `dead` says whether the
    // recipient never got it.
    std::optional<waiting> settle(std::int64_t number, const attempt_outcome& outcome, time_point now);

    // The server took a mail, and refused it for now for these recipients only: the others may take theirs.
    void try_others(const std::vector<std::string>& refused, time_point now);
    // The sink is reached in another way from now on.
    void start_over(time_point now);
    // Forgets those of other recipients. Returns their numbers.
    std::vector<std::int64_t> keep_only(const std::vector<std::string>& recipients);

    // Without their bodies.
    std::vector<trunkwarden::delivery> all() const;
    bool empty() const { return of_.empty(); }

private:
    // The most severe first, then the oldest.
    struct place {
        alert_weight lightness = 0;
        std::int64_t number = 0;
        friend bool operator<(const place& left, const place& right)
        {
            return std::pair(left.lightness, left.number) < std::pair(right.lightness, right.number);
        }
    };
    struct mailbox {
        std::map<place, waiting> mails;
        unsigned refusals = 0;  // in a row
        time_point next_attempt;
    };

    static place place_of(const waiting& mail);
    void put(waiting mail, time_point next_attempt);
    waiting take(const std::string& recipient, place at);
    std::optional<std::pair<std::string, place>> lightest() const;
    std::vector<waiting> make_room();

    std::map<std::string, mailbox> of_;
    std::optional<std::pair<std::string, place>> under_way_;
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace trunkwarden
