#include "containment/refusal.hpp"

#include <string_view>

namespace trunkwarden {
namespace {

// "" where the reason itself says when it is over, or by which order.
std::string_view way_out_of(refusal_reason kind)
{
    switch (kind) {
        case refusal_reason::places:
            return "; it has its turn when an hour is over: if it cannot wait, put it right in the portal";
        case refusal_reason::unreadable:
            return "; it is tried again: if it cannot wait, put it right in the portal";
        case refusal_reason::no_request:
        case refusal_reason::not_possible:
            return "; put it right in the portal, or accept it into the baseline";
        default:
            return "";
    }
}

}  // namespace

refused_step refused_for(const finding& about, refusal_reason kind, std::string why)
{
    why += way_out_of(kind);
    return {about.account, about.id, about.title, std::move(why), kind};
}

void refusal_counts::take(const std::vector<refused_step>& round)
{
    now_ = {};
    std::set<std::pair<std::string, refusal_reason>> seen;
    for (const auto& refused : round) {
        const auto [place, is_new] = seen.emplace(refused.finding, refused.kind);
        if (!is_new)
            continue;
        const auto kind = static_cast<std::size_t>(refused.kind);
        ++now_.at(kind);
        since_.at(kind) += before_.contains(*place) ? 0 : 1;
    }
    before_ = std::move(seen);
}

}  // namespace trunkwarden
