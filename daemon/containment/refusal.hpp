#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "findings/finding.hpp"
#include "support/enum_names.hpp"

// Why the quarantine plans no step about a finding, for people and for the metrics. Pure.

namespace trunkwarden {

enum class refusal_reason : std::uint8_t {
    blocked,       // nothing is done in the account now: frozen, warming up, the organisation not confirmed
    turn,          // others have their turn first
    places,        // a hundred of its severity were planned within the hour
    unreadable,    // the object could not be read, or the list of those that carry the use
    later,         // it came back, or failed, a moment ago
    decided,       // a person decided about the object as it is
    no_request,    // the API has no request for it
    not_possible,  // not for the object as it is: protected, expired, another one by now
};

template <>
inline constexpr auto names_of<refusal_reason> = word_table<refusal_reason>("blocked", "turn", "places",
                                                                            "unreadable", "later", "decided",
                                                                            "no_request", "not_possible");

// A finding that no step was planned for, and why.
struct refused_step {
    std::string account;
    std::string finding;
    std::string title;
    std::string why;  // with the way out
    refusal_reason kind{};
    friend bool operator==(const refused_step&, const refused_step&) = default;
};

// Adds the way out to the reason.
refused_step refused_for(const finding& about, refusal_reason kind, std::string why);

// Counts the refusals of one account. A finding counts once for each kind of reason.
class refusal_counts {
public:
    using counts = std::array<std::size_t, names_of<refusal_reason>.values.size()>;

    // Takes all refusals of a round. Those that the round before had, too, are counted no second time.
    void take(const std::vector<refused_step>& round);

    const counts& now() const { return now_; }      // findings, in the last round
    const counts& since() const { return since_; }  // refusals since the daemon started

private:
    std::set<std::pair<std::string, refusal_reason>> before_;  // findings
    counts now_{};
    counts since_{};
};

}  // namespace trunkwarden
