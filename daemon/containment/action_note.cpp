#include "containment/action_note.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "support/hex_id.hpp"

namespace trunkwarden {
namespace {

using announcement = ledger::announcement;

constexpr std::string_view says_it_waits = " waits for approval";
constexpr std::string_view says_more = " more";
constexpr std::size_t most_named = 10;

// The words for a step that waits, at the beginning of a sentence and further on.
std::string first_words_of(const action& waiting)
{
    return fmt::format("{}{}: {}", waiting.id, says_it_waits, waiting.summary);
}

std::string further_words_of(const action& waiting)
{
    return fmt::format("{} ({})", waiting.id, waiting.summary);
}

action_note note_of_waiting(const action& action)
{
    const auto held = action.held.empty() ? std::string() : fmt::format(" ({})", action.held);
    // In the mode auto nobody expects to be asked.
    const bool is_urgent = action.mode == quarantine_mode::automatic && action.measure != measure::escalate;
    return {
        fmt::format("{}{}; \"trunkwarden quarantine approve {}\"", first_words_of(action), held, action.id),
        is_urgent ? announcement::critically : announcement::aloud};
}

action_note note_of_done(const action& action)
{
    if (action.measure == measure::hang_up)
        return {fmt::format("{}: {}: {}", action.id, action.summary, action.outcome), announcement::quietly};
    const auto undo = action.undo == undoing::impossible
                          ? std::string("this cannot be undone")
                          : fmt::format("to take it back: \"trunkwarden quarantine undo {}\"", action.id);
    return {fmt::format("{}: {}; {}", action.id, action.summary, undo),
            action.measure == measure::escalate ? announcement::aloud : announcement::quietly};
}

}  // namespace

std::optional<action_note> note_of(const action& action)
{
    switch (action.state) {
        case action_state::dry_run:
            return action_note{fmt::format("dry run: would {} ({})", action.summary, action.id),
                               announcement::quietly};
        case action_state::waiting:
            return note_of_waiting(action);
        case action_state::done:
            return note_of_done(action);
        case action_state::unverified:
            return action_note{fmt::format("{} was sent, but what became of it is not known yet", action.id),
                               announcement::quietly};
        case action_state::failed:
            return action_note{fmt::format("{} failed ({}): {}; do it by hand, or wait: it is tried again",
                                           action.id, action.summary, action.outcome),
                               announcement::aloud};
        case action_state::rejected:
            return action_note{
                fmt::format("{} was rejected; it is not planned again as long as the object stays as it is",
                            action.id),
                announcement::quietly};
        case action_state::undone:
            return action_note{
                fmt::format("{} was undone; it is not done again as long as the object stays as it is",
                            action.id),
                announcement::quietly};
        default:
            return std::nullopt;
    }
}

action_note note_of_all(const std::vector<action>& waiting)
{
    auto out = note_of_waiting(waiting.front());
    for (std::size_t at = 1; at < std::min(waiting.size(), most_named); ++at) {
        out.announcement = std::max(out.announcement, note_of_waiting(waiting[at]).announcement);
        out.sentence += "; " + further_words_of(waiting[at]);
    }
    if (waiting.size() > most_named)
        out.sentence += fmt::format("; and {}{}", waiting.size() - most_named, says_more);
    return out;
}

named_in_note mention_of(const action& waiting, std::string_view sentence)
{
    const bool is_named = sentence.starts_with(first_words_of(waiting)) ||
                          sentence.find("; " + further_words_of(waiting)) != std::string_view::npos;
    if (is_named)
        return named_in_note::by_id;
    return sentence.ends_with(says_more) ? named_in_note::perhaps_counted : named_in_note::no;
}

// The id is at the beginning, before anything that an intruder can have named.
std::string waiting_action_in(std::string_view sentence)
{
    const auto id = sentence.substr(0, sentence.find(' '));
    return is_id(id, "a-") && sentence.substr(id.size()).starts_with(says_it_waits) ? std::string(id)
                                                                                    : std::string();
}

}  // namespace trunkwarden
