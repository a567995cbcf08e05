#include "containment/order_refusal.hpp"

#include <fmt/format.h>
#include <string>

namespace trunkwarden {
namespace {

std::string possible_with(const action& action)
{
    switch (action.state) {
        case action_state::waiting:
            return fmt::format("\"trunkwarden quarantine approve {}\" or reject", action.id);
        case action_state::done:
            return action.undo == undoing::impossible
                       ? "it cannot be undone through the API"
                       : fmt::format("\"trunkwarden quarantine undo {}\" takes it back", action.id);
        case action_state::dry_run:
            return fmt::format(
                "it was only planned, nothing was changed. To do it now: \"trunkwarden lockdown --account {} "
                "--apply\" with --only, or set quarantine.mode: approve",
                action.account);
        case action_state::stale:
        case action_state::expired:
            return "if its finding is still open, a new action is planned automatically";
        default:
            return fmt::format("\"trunkwarden quarantine show {}\" tells more", action.id);
    }
}

}  // namespace

failure no_such_action(std::string_view id)
{
    return {errc::not_found,
            fmt::format("there is no action {}; \"trunkwarden quarantine list\" shows them", id)};
}

failure not_possible(const action& action, std::string_view wanted)
{
    if (name_of(action.state) == wanted)
        return {errc::bad_usage, fmt::format("{} is already {}", action.id, wanted)};
    return {errc::bad_usage,
            fmt::format("{} cannot be {}: it is {}{}; {}", action.id, wanted, name_of(action.state),
                        action.outcome.empty() ? "" : fmt::format(" ({})", action.outcome),
                        possible_with(action))};
}

failure still_unsettled(const action& action, std::string_view wanted)
{
    return {errc::timed_out,
            fmt::format("{} is not {}: the outcome of its last request is not known yet{}; order it again "
                        "when \"trunkwarden quarantine show {}\" says how it ended",
                        action.id, wanted, action.outcome.empty() ? "" : fmt::format(" ({})", action.outcome),
                        action.id)};
}

}  // namespace trunkwarden
