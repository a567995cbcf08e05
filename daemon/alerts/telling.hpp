#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alerts/alert_sink.hpp"
#include "alerts/outbox.hpp"
#include "alerts/sink_status.hpp"
#include "fetch/https_client.hpp"
#include "metrics/metrics.hpp"
#include "state/state_keeper.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/async/task_group.hpp"
#include "support/digest.hpp"
#include "support/log.hpp"

namespace trunkwarden {

// Tells people: puts events into the outbox, and sends what is in it, each sink on its own time.
class telling {
public:
    // Open findings of all accounts, for receivers that want them again and again.
    using open_findings = std::function<std::vector<finding>()>;

    // What it works with, and outlives it.
    struct dependencies {
        state_keeper& state;
        metrics& counters;
        logger& log;
        async_event& progress;  // notified when a message is settled
        asio::any_io_executor executor;
    };

    telling(const alert_settings& settings, const dependencies& with);
    ~telling();

    // Reads the secrets of the sinks and takes over what an earlier run had not sent. Fails with the sentence
    // of the first sink that cannot be used.
    result<void> prepare(const kept_state& kept);

    void tell(const std::string& account, const std::vector<finding_event>& events);

    task<> deliver_forever(open_findings open);

    // Other sinks. First they are made, which can fail and changes nothing; then they take the place of those
    // there are. A sink whose settings and files are the same goes on undisturbed. Reads their files.
    struct other_sinks;
    result<std::shared_ptr<other_sinks>> prepare(const std::vector<sink_settings>& wanted) const;
    task<> use(std::shared_ptr<other_sinks> fresh);

    std::vector<sink_status> status() const;
    bool ever_heard() const;  // whether any sink ever took a message

private:
    struct sink_in_use {
        sink_settings settings;
        digest files{};  // of the files that the settings name
        std::unique_ptr<alert_sink> words;
        std::unique_ptr<https_client> http;
        std::optional<time_point> last_taken;
        std::string last_error;
        bool away = false;  // it does not take messages, which was said
        async_event something_to_send;
        std::vector<task_group::number> tasks;
    };
    using sinks = std::vector<std::unique_ptr<sink_in_use>>;

    static result<std::unique_ptr<sink_in_use>> make_ready(const sink_settings& settings);
    void start(sink_in_use& one);
    task<> end(sink_in_use& one);
    task<> deliver(sink_in_use& to);
    task<> deliver_one(sink_in_use& to, delivery what);
    task<> resend(sink_in_use& to);
    task<attempt_outcome> send(sink_in_use& to, std::vector<http_request> requests);
    void note(sink_in_use& of, const delivery& what, const attempt_outcome& outcome);
    void note_trouble(sink_in_use& of, const attempt_outcome& outcome);
    void wake_all();

    state_keeper& state_;
    metrics& counters_;
    logger& log_;
    async_event& progress_;
    alert_settings configured_;
    sinks sinks_;
    outbox outbox_;
    open_findings open_;
    task_group tasks_;
};

// An id that was never used before: 32 hex digits from the system's random source.
std::string random_id();

}  // namespace trunkwarden
