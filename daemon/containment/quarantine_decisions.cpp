#include <fmt/format.h>
#include <utility>

#include "containment/order_refusal.hpp"
#include "containment/quarantine.hpp"

// The decisions of people about actions.

namespace trunkwarden {

result<action> quarantine::approve(std::string_view id, std::string by)
{
    const auto* known = find(id);
    if (known == nullptr)
        return no_such_action(id);
    if (known->state != action_state::waiting)
        return not_possible(*known, "approved");
    const auto at = watched_.io.now();
    if (known->expires_at && *known->expires_at <= at)
        return failure{
            errc::bad_usage,
            fmt::format("{} is not approved: it waited until {}, and what it was planned for may have "
                        "changed since; a new one is planned if its finding is still open",
                        id, rfc3339(*known->expires_at))};
    if (const auto why = obstacle())
        return failure{errc::bad_usage, fmt::format("{} is not approved: {}", id, *why)};
    auto approved = *known;
    approved.state = action_state::approved;
    approved.decided_at = at;
    approved.decided_by = std::move(by);
    put(approved);  // written down before it is sent
    return approved;
}

task<result<action>> quarantine::reject(std::string id, std::string reason, std::string by)
{
    const auto* known = find(id);
    if (known == nullptr)
        co_return no_such_action(id);
    if (known->state != action_state::waiting)
        co_return not_possible(*known, "rejected");
    auto rejected = *known;
    rejected.decided_at = watched_.io.now();
    rejected.decided_by = std::move(by);
    auto outcome = reason.empty() ? std::string("rejected") : "rejected: " + std::move(reason);
    rejected.state = action_state::rejected;
    note(rejected);
    co_await end(std::move(rejected), action_state::rejected, std::move(outcome));
    co_return *find(id);
}

result<action> quarantine::ask_to_undo(std::string_view id, undo_order order)
{
    const auto* known = find(id);
    if (known == nullptr)
        return no_such_action(id);
    if (!can_be_undone(*known))
        return not_possible(*known, "undone");
    if (watched_.view.organization.is == organization_check::verdict::refused)
        return failure{errc::bad_usage, watched_.view.organization.reason};
    if (const auto trouble = journal_.trouble())
        return failure{errc::bad_usage, fmt::format("{} is not undone: {}", id, *trouble)};
    if (forbidden_ && !order.while_frozen)
        return failure{
            errc::bad_usage,
            fmt::format("{} is not undone: {}; --while-frozen undoes it all the same", id, *forbidden_)};
    not_undone_.erase(known->id);
    to_undo_.insert_or_assign(known->id, std::move(order));
    return *known;
}

task<result<void>> quarantine::until_settled(std::string id, std::string done, async_event::moment latest)
{
    for (;;) {
        const auto* action = find(id);
        if (action == nullptr || !is_unsettled(action->state))
            co_return result<void>();
        if (std::chrono::steady_clock::now() >= latest)
            co_return still_unsettled(*action, done);
        co_await changed_.wait_until(latest);
    }
}

optional_reason quarantine::why_not_undone(const std::string& id)
{
    const auto known = not_undone_.find(id);
    if (known == not_undone_.end())
        return std::nullopt;
    auto why = std::move(known->second);
    not_undone_.erase(known);
    return why;
}

}  // namespace trunkwarden
