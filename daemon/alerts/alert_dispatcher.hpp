#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerts/alert_sink.hpp"
#include "alerts/event_sink.hpp"
#include "alerts/outbox.hpp"
#include "alerts/receiver_clock.hpp"
#include "alerts/sink_connection.hpp"
#include "alerts/sink_status.hpp"
#include "fetch/https_client.hpp"
#include "metrics/metrics.hpp"
#include "state/background_writer.hpp"
#include "state/history_words.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/async/task_group.hpp"
#include "support/clock.hpp"
#include "support/digest.hpp"
#include "support/log.hpp"

namespace trunkwarden {

// The moment of messages and of their answers.
inline time_point clock_now()
{
    return std::chrono::system_clock::now();
}

// Puts events into the outbox, and sends the messages in it, each sink on its own time:
//
//   alert ─► outbox ─► state file ─► on_written: released ─► requests of the sink ─► answer ─► outbox:
//   forgotten
class alert_dispatcher final : public event_sink {
public:
    // The parts that the dispatcher works with; they outlive it.
    struct dependencies {
        background_writer& state;
        metrics& counters;
        logger& log;
        async_event& progress;  // notified when a message is settled
        asio::any_io_executor executor;
        // Open findings of all accounts, for receivers that want them again and again.
        std::function<std::vector<finding>()> open_findings;
        client_maker connect = create_https_client;
        // Asked for each message: a reload may change them, and a message may have waited for days.
        std::function<link_settings()> links = [] { return link_settings(); };
    };

    alert_dispatcher(const alert_settings& settings, dependencies with);
    ~alert_dispatcher() override;
    alert_dispatcher(const alert_dispatcher&) = delete;
    alert_dispatcher& operator=(const alert_dispatcher&) = delete;

    // Reads the secrets of the sinks and takes over what an earlier run had not sent. Fails with the sentence
    // of the first sink that cannot be used.
    result<void> prepare(const kept_state& kept);

    void alert(const std::string& account, const std::vector<finding_event>& events) override;
    void persist(state_change change) override;

    // The state file holds the change: its messages may be sent.
    void on_written(const state_change& change);
    // The state file cannot be written: every message is sent without waiting for it.
    void on_state_trouble();

    task<> deliver_forever();

    // Other sinks. First they are made, which can fail and changes nothing; then they take the place of those
    // there are. A sink whose settings and files are the same continues undisturbed; one of a new name is
    // notified of all that is open. Reads their files.
    struct other_sinks;
    result<std::shared_ptr<other_sinks>> prepare(const std::vector<sink_settings>& wanted) const;
    task<> commit(std::shared_ptr<other_sinks> fresh);

    std::vector<sink_status> status() const;
    bool ever_delivered() const;  // whether any sink ever took a message

    // The messages about a finding that wait or were refused, oldest first.
    std::vector<delivery> about(const std::string& finding) const { return outbox_.about(finding); }

    // Messages that were not taken, in no order.
    std::vector<dead_letter> dead() const;
    // Sends the one with this delivery_id again; "": all whose findings their sinks were not notified of
    // since. Fails with not_found, or bad_usage when its sink is not in the settings.
    result<resent_letters> resend_dead(const std::string& id);
    // Forgets the one with this delivery_id, "": all, because a person says so. Returns how many; fails with
    // not_found.
    result<std::size_t> forget_dead(const std::string& id, const std::string& by);

private:
    struct active_sink {
        sink_settings settings;
        digest files{};  // of the files that the settings name
        std::unique_ptr<alert_sink> format;
        std::unique_ptr<https_client> http;
        std::optional<time_point> last_delivered;
        std::string last_error;
        std::string left_out;  // the last error where it is about recipients of a mail that was taken
        bool away = false;     // it does not take messages, and the log says so
        std::optional<measured_clock> clock;
        async_event something_to_send;
        std::vector<task_group::number> tasks;
    };
    using sinks = std::vector<std::unique_ptr<active_sink>>;

    result<std::unique_ptr<active_sink>> make_ready(const sink_settings& settings) const;
    void start(active_sink& sink);
    task<> end(active_sink& sink);
    task<> deliver(active_sink& to);
    task<> deliver_one(active_sink& to, delivery delivery);
    task<> deliver_late(active_sink& to);
    void keep_late(active_sink& sink, const std::vector<std::int64_t>& sent, const attempt_outcome& outcome);
    void settle_late(active_sink& sink, const delivery& late, const attempt_outcome& outcome);
    task<attempt_outcome> deliver_shortened(active_sink& to, notification notification);
    task<bool> deliver_incident(active_sink& to, delivery sent, notification message);
    void settle(active_sink& sink, const delivery& delivery, const attempt_outcome& outcome);
    task<> resend(active_sink& to);
    void notify_of_open(const std::string& sink);
    static std::chrono::milliseconds ahead_of_us(const active_sink& sink)
    {
        return sink.clock ? ahead_now(*sink.clock) : std::chrono::milliseconds(0);
    }
    task<attempt_outcome> send(active_sink& to, std::vector<http_request> requests);
    task<attempt_outcome> deliver_message(active_sink& to, const notification& notification);
    void note(active_sink& sink, const delivery& delivery, const attempt_outcome& outcome);
    void note_trouble(active_sink& sink, const attempt_outcome& outcome);
    void note_losses();
    void wake_all();

    dependencies with_;
    alert_settings configured_;
    sinks sinks_;
    outbox outbox_;
    finding_historian historian_;
    task_group tasks_;
};

// An id that was never used before: 32 hex digits from the system's random source.
std::string random_id();

}  // namespace trunkwarden
