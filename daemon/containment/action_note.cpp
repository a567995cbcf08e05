#include "containment/action_note.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "support/hex_id.hpp"

namespace trunkwarden {
namespace {

using announcement = ledger::announcement;

constexpr std::string_view says_it_waits = " waits for approval";

action_note note_of_waiting(const action& one)
{
    const auto held = one.held.empty() ? std::string() : fmt::format(" ({})", one.held);
    // In the mode auto nobody expects to be asked.
    const bool is_urgent = one.mode == quarantine_mode::automatic && one.how != measure::escalate;
    return {fmt::format("{}{}: {}{}; \"trunkwarden quarantine approve {}\"", one.id, says_it_waits,
                        one.summary, held, one.id),
            is_urgent ? announcement::critically : announcement::aloud};
}

action_note note_of_done(const action& one)
{
    if (one.how == measure::hang_up)
        return {fmt::format("{}: {}: {}", one.id, one.summary, one.outcome), announcement::quietly};
    const auto undo = one.undo == undoing::impossible
                          ? std::string("this cannot be undone")
                          : fmt::format("to take it back: \"trunkwarden quarantine undo {}\"", one.id);
    return {fmt::format("{}: {}; {}", one.id, one.summary, undo),
            one.how == measure::escalate ? announcement::aloud : announcement::quietly};
}

}  // namespace

std::optional<action_note> note_of(const action& one)
{
    switch (one.state) {
        case action_state::dry_run:
            return action_note{fmt::format("dry run: would {} ({})", one.summary, one.id),
                               announcement::quietly};
        case action_state::waiting:
            return note_of_waiting(one);
        case action_state::done:
            return note_of_done(one);
        case action_state::unverified:
            return action_note{fmt::format("{} was sent, but what became of it is not known yet", one.id),
                               announcement::quietly};
        case action_state::failed:
            return action_note{fmt::format("{} failed ({}): {}; do it by hand, or wait: it is tried again",
                                           one.id, one.summary, one.outcome),
                               announcement::aloud};
        case action_state::rejected:
            return action_note{
                fmt::format("{} was rejected; it is not planned again as long as the object stays as it is",
                            one.id),
                announcement::quietly};
        case action_state::undone:
            return action_note{
                fmt::format("{} was undone; it is not done again as long as the object stays as it is",
                            one.id),
                announcement::quietly};
        default:
            return std::nullopt;
    }
}

action_note note_of_all(const std::vector<const action*>& waiting)
{
    constexpr std::size_t most = 10;
    auto out = note_of_waiting(*waiting.front());
    for (std::size_t at = 1; at < std::min(waiting.size(), most); ++at) {
        const auto other = note_of_waiting(*waiting[at]);
        out.how = std::max(out.how, other.how);
        out.sentence += fmt::format("; {} ({})", waiting[at]->id, waiting[at]->summary);
    }
    if (waiting.size() > most)
        out.sentence += fmt::format("; and {} more", waiting.size() - most);
    return out;
}

// The id stands at the beginning, before anything that an intruder can have named.
std::string waiting_action_in(std::string_view sentence)
{
    const auto id = sentence.substr(0, sentence.find(' '));
    return is_id(id, "a-") && sentence.substr(id.size()).starts_with(says_it_waits) ? std::string(id)
                                                                                    : std::string();
}

}  // namespace trunkwarden
