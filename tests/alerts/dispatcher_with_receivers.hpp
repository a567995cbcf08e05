#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "alerts/alert_dispatcher.hpp"
#include "alerts/notification.hpp"
#include "fakes/answers.hpp"

// A dispatcher of alerts, and receivers that record.

namespace trunkwarden::dispatching {

// The requests that receivers got, and their next answers: 200 unless a test says otherwise.
struct receivers {
    std::vector<std::string> targets;  // of every request
    std::vector<std::string> events;   // of every request, as its body says
    std::vector<std::size_t> sizes;    // of every body
    std::string last_body;
    bool status_decides = false;  // of the last request
    std::string hangs_on;         // the event whose request gets no answer until `go_on`
    async_event go_on;
    std::deque<result<http_answer>> answers;
};

class fake_https_client final : public https_client {
public:
    explicit fake_https_client(receivers& to) : to_(to) {}
    task<result<http_answer>> send(http_request request) override
    {
        to_.targets.push_back(request.target);
        to_.sizes.push_back(request.body.size());
        to_.last_body = request.body;
        to_.status_decides = request.status_decides;
        const auto message = notification_of(request.body);
        to_.events.push_back(message ? message->event : "not understood");
        if (message && message->event == to_.hangs_on)
            co_await to_.go_on.wait();
        co_return fakes::take_next(to_.answers);
    }

private:
    receivers& to_;
};

inline sink_settings webhook(std::string name, std::string url = "https://soc.example/hook")
{
    sink_settings out;
    out.name = std::move(name);
    out.type = sink_type::webhook;
    out.url = std::move(url);
    return out;
}

class AlertDispatcher : public testing::Test {
protected:
    ~AlertDispatcher() override { stop_delivering(); }

    // `state_trouble` is why there is no state file; when it is empty the dispatcher waits until a message is
    // written.
    void make(std::vector<sink_settings> sinks, const optional_reason& state_trouble = {},
              const kept_state& kept = {})
    {
        state = std::make_unique<background_writer>(nullptr, state_trouble, log);
        alert_settings settings;
        settings.sinks = std::move(sinks);
        dispatcher = std::make_unique<alert_dispatcher>(
            settings, alert_dispatcher::dependencies{
                          *state, counters, log, progress, io.get_executor(), [this] { return open; },
                          [this](https_options) -> result<std::unique_ptr<https_client>> {
                              return std::unique_ptr<https_client>(std::make_unique<fake_https_client>(to));
                          },
                          [this] { return links; }});
        const auto prepared = dispatcher->prepare(kept);
        ASSERT_TRUE(prepared) << prepared.error().message;
        asio::co_spawn(io, dispatcher->deliver_forever(),
                       asio::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&) {}));
        run_what_is_ready();
    }
    void run_what_is_ready()
    {
        io.restart();
        io.poll();
    }
    void stop_delivering()
    {
        stop.emit(asio::cancellation_type::terminal);
        io.restart();
        io.run();
    }
    // The state file has taken messages up to this number.
    void write_up_to(std::int64_t number)
    {
        state_change change;
        for (std::int64_t each = 1; each <= number; ++each)
            change.deliveries[each] = {};
        dispatcher->on_written(change);
        run_what_is_ready();
    }

    asio::io_context io{1};
    asio::cancellation_signal stop;
    std::ostringstream text;
    logger log{{}, text};
    metrics counters;
    async_event progress;
    receivers to;
    std::vector<finding> open;
    link_settings links;
    std::unique_ptr<background_writer> state;
    std::unique_ptr<alert_dispatcher> dispatcher;
};

}  // namespace trunkwarden::dispatching
