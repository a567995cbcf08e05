#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace trunkwarden {

// Reports the state of this process to the service manager that started it, as sd_notify(3) has it: one
// datagram each to $NOTIFY_SOCKET. Without one, and when nobody takes it, nothing happens: the watch does not
// depend on it.
class systemd_notifier {
public:
    // As the environment names it: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.
    static systemd_notifier of_environment();

    systemd_notifier() = default;  // none
    explicit systemd_notifier(std::string socket, std::optional<std::chrono::microseconds> watchdog = {});

    bool is_there() const { return !socket_.empty(); }

    void ready() const { send("READY=1"); }
    void reloading() const;  // until ready()
    void stopping() const { send("STOPPING=1"); }
    void alive() const { send("WATCHDOG=1"); }
    void status(std::string_view sentence) const;  // as `systemctl status` shows it

    // alive() is to be called this often: a third of WatchdogSec. Nothing: nobody waits for it.
    std::optional<std::chrono::microseconds> alive_interval() const;

private:
    void send(std::string_view message) const;

    std::string socket_;  // a path, or "@" and a name in the abstract namespace
    std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace trunkwarden
