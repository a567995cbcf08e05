#pragma once

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "fetch/api_client.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// Answers from the objects that it was given and remembers the requests, so that a test can say what the
// daemon did.
class fake_api_client final : public api_client {
public:
    // Targets are written as people do: "/ips?page[number]=1&page[size]=250". The next answer of a target is
    // its next one in the order they were given; the last one stays. `turns` of the event loop pass before it
    // comes.
    void answer(const std::string& target, std::string body, unsigned turns = 0)
    {
        body.reserve(body.size() + body_padding);
        planned_[target].push_back(planned{std::move(body), turns});
    }
    void fail(const std::string& target, errc kind, unsigned turns = 0)
    {
        planned_[target].push_back(planned{failure{kind, "GET " + target + ": planned"}, turns});
    }

    // As if no answer had been given yet.
    void forget(const std::string& target) { planned_.erase(target); }

    std::string begins_with;  // the key
    std::string id_in_key() const override { return begins_with; }

    task<result<std::string>> get(std::string target, request_priority priority) override
    {
        const auto name = readable(std::move(target));
        sent.push_back(name);
        orders.push_back(priority.order);
        priorities.push_back(priority);
        const in_flight_count counted(*this);
        const auto now = next(name);
        for (unsigned i = 0; i < now.turns; ++i)
            co_await asio::post(asio::use_awaitable);
        auto answer = now.answer;
        if (answer)
            answer->reserve(answer->size() + body_padding);
        ++answered;
        co_return answer;
    }

    task<result<write_answer>> send(api_write write, last_check why_not) override
    {
        const auto name = write.method + " " + write.target;
        if (auto no = why_not ? why_not() : std::nullopt)
            co_return failure{errc::not_sent, name + ": " + *no};
        written.push_back(std::move(write));
        auto answer = next_of_write(name);
        if (answer)
            answer->body.reserve(answer->body.size() + body_padding);
        co_return answer;
    }

    // "PATCH /ips/1": its answers come in the order they were given, and the last one stays.
    void answer_write(const std::string& request, write_answer with)
    {
        writes_[request].emplace_back(std::move(with));
    }
    void fail_write(const std::string& request, errc kind)
    {
        writes_[request].emplace_back(failure{kind, request + ": planned"});
    }

    std::vector<api_write> written;
    std::vector<std::string> sent;
    std::vector<urgency> orders;
    std::vector<request_priority> priorities;
    std::size_t answered = 0;  // the rest of `sent` is in flight or was cancelled
    std::size_t in_flight = 0;
    std::size_t most_in_flight = 0;

private:
    struct planned {
        result<std::string> answer;
        unsigned turns = 0;
    };

    // Also counts down when the request is cancelled.
    class in_flight_count {
    public:
        explicit in_flight_count(fake_api_client& client) : of_(client)
        {
            of_.most_in_flight = std::max(of_.most_in_flight, ++of_.in_flight);
        }
        in_flight_count(const in_flight_count&) = delete;
        in_flight_count& operator=(const in_flight_count&) = delete;
        ~in_flight_count() { --of_.in_flight; }

    private:
        fake_api_client& of_;
    };

    static std::string readable(std::string target)
    {
        for (auto at = target.find("%5"); at != std::string::npos; at = target.find("%5", at + 1))
            target.replace(at, 3, target.at(at + 2) == 'B' ? "[" : "]");
        return target;
    }

    planned next(const std::string& name)
    {
        const auto it = planned_.find(name);
        if (it == planned_.end())
            return planned{failure{errc::unreachable, "fake: no answer for GET " + name}, 0};
        auto first = it->second.front();
        if (it->second.size() > 1)
            it->second.pop_front();
        return first;
    }

    result<write_answer> next_of_write(const std::string& name)
    {
        const auto it = writes_.find(name);
        if (it == writes_.end())
            return failure{errc::unreachable, "fake: no answer for " + name};
        auto first = it->second.front();
        if (it->second.size() > 1)
            it->second.pop_front();
        return first;
    }

    std::map<std::string, std::deque<planned>, std::less<>> planned_;
    std::map<std::string, std::deque<result<write_answer>>, std::less<>> writes_;
};

}  // namespace trunkwarden
