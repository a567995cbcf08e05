#include "alerts/heartbeat.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <utility>

#include "alerts/sink_url.hpp"
#include "settings/referenced_files.hpp"
#include "support/digest.hpp"

namespace trunkwarden {

struct heartbeat::target {
    heartbeat_settings settings;
    digest files{};  // of the files that the settings name
    sink_url to;
    std::unique_ptr<https_client> http;
};

sink_settings receiver_of(const heartbeat_settings& settings)
{
    sink_settings out;
    out.name = "alerts.heartbeat";
    out.type = sink_type::webhook;
    out.url_file = settings.url_file;
    out.connection = settings.connection;
    out.authorization = settings.authorization;
    return out;
}

result<std::shared_ptr<heartbeat::target>> heartbeat::prepare(
    const std::optional<heartbeat_settings>& wanted) const
{
    if (!wanted)
        return std::shared_ptr<target>();
    const auto receiver = receiver_of(*wanted);
    auto out = std::make_shared<target>();
    out->settings = *wanted;
    out->files = digest_of(files_of(*wanted));
    auto to = read_sink_url(receiver);
    if (!to)
        return to.error();
    auto options = sink_connection(receiver, to->base);
    if (!options)
        return options.error();
    auto http = with_.connect(std::move(*options));
    if (!http)
        return failure{http.error().kind, "alerts.heartbeat cannot be used: " + http.error().message};
    out->to = std::move(*to);
    out->http = std::move(*http);
    return out;
}

// An unchanged one keeps its rhythm.
void heartbeat::commit(std::shared_ptr<target> fresh)
{
    const bool same = target_ != nullptr && fresh != nullptr && target_->settings == fresh->settings &&
                      target_->files == fresh->files;
    if (same || target_ == fresh)
        return;
    target_ = std::move(fresh);
    status_.last_error.reset();
    changed_.notify_all();
}

void heartbeat::note(const attempt_outcome& outcome)
{
    if (outcome.result == attempt_outcome::verdict::delivered) {
        if (std::exchange(status_.last_error, std::nullopt))
            with_.log.info("the heartbeat is taken again");
        status_.last_taken = std::chrono::system_clock::now();
        return;
    }
    ++status_.failures;
    if (!std::exchange(status_.last_error, outcome.why))
        with_.log.warn("the heartbeat is not taken", {{"reason", outcome.why}});
}

// `to` stays for as long as the request: a reload may take another one meanwhile.
task<> heartbeat::beat(std::shared_ptr<target> to)
{
    http_request request;
    request.target = to->to.path.empty() ? "/" : to->to.path.reveal();
    request.target += to->to.query.reveal();
    request.status_decides = true;
    request.timeout = std::min<std::chrono::milliseconds>(to->settings.interval, std::chrono::seconds(10));
    const auto answer = co_await to->http->send(std::move(request));
    auto outcome = judge_answer(answer, std::chrono::system_clock::now());
    if (answer && outcome.result == attempt_outcome::verdict::rejected)
        outcome.why =
            fmt::format("answered {}: put the right URL into url_file of alerts.heartbeat", answer->status);
    if (to == target_)
        note(outcome);
}

// The pause follows the attempt: one that hangs does not make the next ones come at once. While nothing may
// be said, it looks again sooner, so that its receiver does not wait longer than the trouble lasts.
task<> heartbeat::beat_forever()
{
    constexpr std::chrono::milliseconds look_again(5000);
    for (;;) {
        const auto to = target_;
        if (to == nullptr) {
            co_await changed_.wait();
            continue;
        }
        auto pause = to->settings.interval;
        status_.held_back = with_.why_not();
        if (status_.held_back)
            pause = std::min(pause, look_again);
        else
            co_await beat(to);
        if (to == target_)
            co_await changed_.wait_until(std::chrono::steady_clock::now() + pause);
    }
}

std::optional<heartbeat_status> heartbeat::status() const
{
    return target_ == nullptr ? std::nullopt : std::optional(status_);
}

}  // namespace trunkwarden
