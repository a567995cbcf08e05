#include "watch/quarantine_orders.hpp"

#include <chrono>
#include <utility>

namespace trunkwarden {
namespace {

using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

// Together less than the two minutes for which the command waits.
constexpr auto until_known = 40s;
constexpr auto until_carried_out = 70s;

}  // namespace

task<result<void>> quarantine_orders::until_settled(std::string id, std::string done)
{
    wake_();
    return guard_.until_settled(std::move(id), std::move(done), steady::now() + until_known);
}

task<result<action>> quarantine_orders::approve(std::string id, std::string by)
{
    if (const auto known = co_await until_settled(id, "approved"); !known)
        co_return known.error();
    auto approved = guard_.approve(id, std::move(by));
    if (!approved)
        co_return approved.error();
    wake_();
    co_return co_await carried_out(std::move(id));
}

task<result<action>> quarantine_orders::reject(std::string id, std::string reason, std::string by)
{
    if (const auto known = co_await until_settled(id, "rejected"); !known)
        co_return known.error();
    co_return co_await guard_.reject(std::move(id), std::move(reason), std::move(by));
}

task<result<action>> quarantine_orders::undo(std::string id, undo_order order)
{
    if (const auto known = co_await until_settled(id, "undone"); !known)
        co_return known.error();
    auto asked = guard_.ask_to_undo(id, std::move(order));
    if (!asked)
        co_return asked.error();
    wake_();
    auto outcome = co_await carried_out(id);
    if (auto why = guard_.why_not_undone(id))
        co_return failure{errc::bad_usage, id + " is not undone: " + *why};
    co_return outcome;
}

// The round that carries it out belongs to the watch, so that a client that asked can go away meanwhile.
task<result<action>> quarantine_orders::carried_out(std::string id)
{
    const auto until = steady::now() + until_carried_out;
    while (steady::now() < until) {
        const auto* action = guard_.find(id);
        if (action == nullptr)
            break;
        if (has_ended(action->state) && !guard_.is_to_be_undone(id))
            co_return *action;
        co_await guard_.until_changed(until);
    }
    co_return failure{errc::timed_out,
                      id + " was ordered, but is not through yet: \"trunkwarden quarantine show " + id +
                          "\" tells how it continues"};
}

task<bool> quarantine_orders::until_nothing_is_sent()
{
    const auto until = steady::now() + 60s;
    while (guard_.is_sending() && steady::now() < until)
        co_await guard_.until_changed(until);
    co_return !guard_.is_sending();
}

}  // namespace trunkwarden
