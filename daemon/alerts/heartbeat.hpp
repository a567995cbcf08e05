#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "alerts/alert_sink.hpp"
#include "alerts/heartbeat_status.hpp"
#include "alerts/sink_connection.hpp"
#include "fetch/https_client.hpp"
#include "settings/settings.hpp"
#include "support/async/async.hpp"
#include "support/async/async_event.hpp"
#include "support/log.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The receiver of the heartbeat as a sink: it is reached, and its files are read, like one.
sink_settings receiver_of(const heartbeat_settings& settings);

// A GET to a secret URL, again and again, while the account can be read: when it stops coming, its receiver
// knows that the host or the daemon stopped, or that the account cannot be read
// (docs/decisions/0036-heartbeat.md).
class heartbeat {
public:
    // The parts that it works with, and that outlive it.
    struct dependencies {
        logger& log;
        // Why there is none now; nullopt when all is seen. Asked before each.
        std::function<optional_reason()> why_not;
        client_maker connect = create_https_client;
    };

    explicit heartbeat(dependencies with) : with_(std::move(with)) {}

    // Where it goes: first it is made ready, which reads files and can fail and changes nothing; then
    // commit() takes it. Without settings there is no heartbeat.
    struct target;
    result<std::shared_ptr<target>> prepare(const std::optional<heartbeat_settings>& wanted) const;
    void commit(std::shared_ptr<target> fresh);

    task<> beat_forever();

    // Nothing when there is no heartbeat.
    std::optional<heartbeat_status> status() const;

private:
    task<> beat(std::shared_ptr<target> to);
    void note(const attempt_outcome& outcome);

    dependencies with_;
    std::shared_ptr<target> target_;  // nullptr: none
    heartbeat_status status_;
    async_event changed_;
};

}  // namespace trunkwarden
