#include "cli/incident_events.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "support/json_member.hpp"

namespace trunkwarden {
namespace {

// An event of a kind that only another version knows is minor.
history_weight weight_in(const boost::json::object& event)
{
    const auto kind = value_named<history_kind>(string_at(event, "kind"));
    if (!kind)
        return history_weight::light;
    history_event known;
    known.kind = *kind;
    known.level = value_named<severity>(string_at(event, "severity")).value_or(severity::info);
    return weight_of(known);
}

}  // namespace

void incident_events::add(boost::json::object event)
{
    if (string_at(event, "kind") == name_of(history_kind::delivered))
        return;
    auto& its = by_weight_[weight_in(event)];
    placed fresh{place_++, std::move(event)};
    if (its.last.size() < most / 2) {
        its.last.push_back(std::move(fresh));
        return;
    }
    its.first.push_back(std::move(fresh));
    if (its.first.size() > most / 2) {
        its.first.pop_front();
        ++left_out_;
    }
}

boost::json::array incident_events::take()
{
    std::vector<placed> all;
    for (auto& [weight, its] : std::exchange(by_weight_, {})) {
        std::ranges::move(its.last, std::back_inserter(all));
        std::ranges::move(its.first, std::back_inserter(all));
    }
    std::ranges::sort(all, std::ranges::greater(), &placed::place);
    boost::json::array out;
    out.reserve(all.size());
    for (auto& each : all)
        out.push_back(std::move(each.event));
    return out;
}

}  // namespace trunkwarden
