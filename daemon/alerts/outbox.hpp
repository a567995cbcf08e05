#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/alert_sink.hpp"
#include "alerts/dead_letters.hpp"
#include "alerts/late_mails.hpp"
#include "alerts/sink_queue.hpp"
#include "findings/finding.hpp"
#include "settings/settings.hpp"
#include "state/state_file.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// The messages on their way to the sinks. A message is written to the state file, then released, then sent,
// and forgotten only when its sink took it: at least once, across crashes. The most urgent goes first, and
// messages about one finding keep their order in each sink (sink_queue.hpp). A message that becomes a dead
// letter is an event of the history, once. No I/O and no clock.
class outbox {
public:
    // More openings than these at one moment become one message. Up to max_critical critical ones get a
    // message each.
    static constexpr std::size_t max_openings = 10;
    static constexpr std::size_t max_critical = 1000;
    // So many of them in full.
    static constexpr std::size_t max_in_full = 100;
    // So much may wait for one sink; then reminders are left out, and of the least urgent the oldest becomes
    // a dead letter.
    static constexpr std::size_t max_pending = 10'000;
    static constexpr std::size_t max_bytes = 16UL * 1024 * 1024;

    // `new_id` makes an id that was never used before.
    outbox(std::vector<sink_settings> sinks, std::function<std::string()> new_id);

    // Messages of an earlier run, released; those of sinks that are no more are given up.
    state_change restore(std::vector<delivery> kept, time_point now);

    // The settings of the sinks are these from now on. Messages for a sink that stays keep their order;
    // messages for a sink that is gone are given up.
    state_change replace_sinks(std::vector<sink_settings> sinks, time_point now);

    // The sink is reached in another way from now on: messages under way were broken off and are sent again,
    // and the obstacle may be gone.
    void start_over(const std::string& sink, time_point now);

    // Messages about the events of one moment, for every sink that wants them.
    state_change put(const std::string& account, const std::vector<finding_event>& events, time_point now);

    // The open findings of an account, for a sink that was not notified of them: as if they opened now. They
    // are not written down again.
    state_change put_open(const std::string& sink, const std::string& account,
                          const std::vector<finding>& open, time_point now);

    // The message is on the disk, or there is none to write to: it may be sent.
    void release(std::int64_t number);
    void release_all();

    // The next message for a sink, and it counts as under way; nothing when none may be sent now. Critical
    // dead letters whose time has come wait again.
    std::optional<delivery> next(const std::string& sink, time_point now);
    // Those that may be sent together with it (sink_queue.hpp), and their way back.
    std::vector<delivery> take_beside(const delivery& first, const std::set<std::string>& findings,
                                      std::size_t most)
    {
        return lanes_.at(first.sink).queue.take_beside(first.number, findings, most);
    }
    void put_back(const delivery& delivery) { lanes_.at(delivery.sink).queue.put_back(delivery.number); }
    // When next() may have one although nothing else happens; nothing when none waits.
    std::optional<time_point> look_again(const std::string& sink, time_point now) const;
    // Takes the outcome of an attempt to send the message.
    state_change settle(std::int64_t number, const attempt_outcome& outcome, time_point now);

    // The sink took the messages of these numbers, which still wait, as one mail, but not for every
    // recipient: it goes to the others later.
    state_change keep_late(const std::vector<std::int64_t>& sent, const late_recipients& late,
                           time_point now);
    // The next late mail of a sink, and it counts as under way; when there may be one; and the outcome.
    std::optional<late_mails::waiting> next_late(const std::string& sink, time_point now)
    {
        return lanes_.at(sink).late.next(now);
    }
    std::optional<time_point> look_again_late(const std::string& sink) const
    {
        return lanes_.at(sink).late.look_again();
    }
    state_change settle_late(const delivery& late, const attempt_outcome& outcome, time_point now);
    bool has_late(const std::string& sink) const { return !lanes_.at(sink).late.empty(); }

    // Whether a sink receives a finding: its severity reaches min_severity, or the sink was notified of it
    // before.
    static bool wants(const sink_settings& sink, const finding& f);

    // Whether a message about the finding waits for the sink.
    bool waits(const std::string& sink, const std::string& finding) const;

    // The messages about the finding that wait or were refused, of all sinks, oldest first.
    std::vector<delivery> about(const std::string& finding) const;

    std::size_t pending(const std::string& sink) const;
    std::size_t dead(const std::string& sink) const { return dead_.count(sink); }
    const dead_letters& dead() const { return dead_; }

    // A dead letter waits again, under its old number. Fails with not_found, or bad_usage when its sink is
    // not in the settings.
    result<state_change> resend(const std::string& id, time_point now);
    // All whose findings the sink was not notified of since. `change` gets what is written.
    resent_letters resend_all(time_point now, state_change& change);
    // Forgets the dead letter with this delivery_id; "": all. Returns how many; fails with not_found.
    result<std::size_t> forget_dead(const std::string& id, state_change& change);

    // Messages lost since the last call.
    struct losses {
        std::map<std::string, std::size_t> gave_way;  // by sink: became dead letters because too much waited
        // By sink: dead letters that gave way, and late mails that a recipient never got.
        std::map<std::string, std::size_t> forgotten;
    };
    losses take_losses();

private:
    struct lane {
        sink_settings settings;
        sink_queue queue;
        late_mails late = {};
    };

    // The values that the messages of one moment share.
    struct moment {
        const std::string& account;
        time_point at;
        state_change& change;
        time_point since;  // when the first message that these replace began to wait
    };
    using openings = std::vector<const finding_event*>;

    static std::string sink_is_gone(const std::string& name);
    std::size_t add(lane& to, const moment& moment, openings about, std::string_view event);
    void add_changed(lane& to, const moment& moment, const finding_event& event);
    void add_each(lane& to, const moment& moment, const openings& all);
    void put_openings(lane& to, const moment& moment, openings all);
    void put_later(lane& to, const moment& moment, const finding_event& event);
    void wait(lane& in, waiting_message message, time_point now, state_change& change);
    void give_up(waiting_message message, std::string why, time_point now, state_change& change);
    void note_death(const delivery& delivery, time_point now, state_change& change);
    void restore_late(late_mails::waiting kept, state_change& change);
    void forget_late(late_mails::waiting late, std::string why, time_point now, state_change& change);
    void overtake(lane& in, const delivery& by, time_point now, state_change& change);
    void wait_again(dead_letter letter, time_point now);

    std::map<std::string, lane> lanes_;
    dead_letters dead_;
    std::map<std::string, std::size_t> gave_way_;
    std::map<std::string, std::size_t> never_taken_;  // late mails, by sink
    std::map<std::string, time_point> death_noted_;   // by sink, with weight
    std::function<std::string()> new_id_;
    std::int64_t last_number_ = 0;
};

}  // namespace trunkwarden
