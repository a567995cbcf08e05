#include "containment/order_refusal.hpp"

#include <fmt/format.h>
#include <string>

namespace trunkwarden {
namespace {

std::string possible_with(const action& one)
{
    switch (one.state) {
        case action_state::waiting:
            return fmt::format("\"trunkwarden quarantine approve {}\" or reject", one.id);
        case action_state::done:
            return one.undo == undoing::impossible
                       ? "it cannot be undone through the API"
                       : fmt::format("\"trunkwarden quarantine undo {}\" takes it back", one.id);
        case action_state::dry_run:
            return fmt::format(
                "it was only planned, nothing was changed. To do it now: \"trunkwarden lockdown --account {} "
                "--apply\" with --only, or set quarantine.mode: approve",
                one.account);
        case action_state::stale:
        case action_state::expired:
            return "if its finding is still open, a new action is planned automatically";
        default:
            return fmt::format("\"trunkwarden quarantine show {}\" tells more", one.id);
    }
}

}  // namespace

failure no_such_action(std::string_view id)
{
    return {errc::not_found,
            fmt::format("there is no action {}; \"trunkwarden quarantine list\" shows them", id)};
}

failure not_possible(const action& one, std::string_view wanted)
{
    if (name_of(one.state) == wanted)
        return {errc::bad_usage, fmt::format("{} is already {}", one.id, wanted)};
    return {errc::bad_usage,
            fmt::format("{} cannot be {}: it is {}{}; {}", one.id, wanted, name_of(one.state),
                        one.outcome.empty() ? "" : fmt::format(" ({})", one.outcome), possible_with(one))};
}

failure still_unsettled(const action& one, std::string_view wanted)
{
    return {
        errc::timed_out,
        fmt::format("{} is not {}: the outcome of its last request is not known yet{}; order it again "
                    "when \"trunkwarden quarantine show {}\" says how it ended",
                    one.id, wanted, one.outcome.empty() ? "" : fmt::format(" ({})", one.outcome), one.id)};
}

}  // namespace trunkwarden
