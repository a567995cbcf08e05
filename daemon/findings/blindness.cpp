#include "findings/blindness.hpp"

#include <algorithm>
#include <iterator>

namespace trunkwarden {
namespace {

// Where no list is there at all, such as under a wrong address, those of products that an account need not
// have are complete and empty: they do not show that the account is seen.
bool may_be_of_nothing(const coverage& coverage)
{
    return coverage.was_read() && coverage.items == 0 && coverage.type->use != product_use::of_every_account;
}

bool was_read(const coverage& coverage)
{
    return coverage.was_read() && coverage.type->pages != paging::no_endpoint && !may_be_of_nothing(coverage);
}

// When no list can be read at all, that is one thing to say, not thirty: from the moment when the first of
// them has not been read for too long.
std::optional<deviation> blind_to_everything(std::span<const coverage> seen, const staleness& stale,
                                             time_point now)
{
    std::optional<deviation> first;
    std::size_t lists = 0;
    // A list that is read rarely says nothing about now because its own limit is not over.
    const auto limit = *std::ranges::min_element(stale.limits);
    for (std::size_t at = 0; at < seen.size(); ++at) {
        if (seen[at].type->pages == paging::no_endpoint || seen[at].state == reading_state::accepted ||
            may_be_of_nothing(seen[at]))
            continue;
        ++lists;
        auto blind = blind_for_long(seen[at], limit, stale.running, now);
        if (!blind && (seen[at].was_read() || seen[at].state == reading_state::never))
            return std::nullopt;
        if (blind && !first)
            first = std::move(blind);
    }
    if (!first || lists < 2)
        return std::nullopt;
    return nothing_read("nothing can be read any more; " + first->note);
}

// Of a resource of an account that is not blind as a whole.
blindness blindness_of(const coverage& seen, std::optional<deviation> blind)
{
    const bool is_seen = seen.was_read() || seen.satisfied();
    blindness out{seen.type, unreadable_objects(seen), is_seen && !blind};
    // A resource without an endpoint has its own finding, or its own place in the coverage.
    if (blind && seen.type->role != resource_role::two_factor)
        out.deviations.push_back(*std::move(blind));
    return out;
}

}  // namespace

std::string rejection(std::span<const coverage> seen)
{
    std::string why;
    for (const auto& coverage : seen) {
        if (coverage.type->pages == paging::no_endpoint || coverage.state == reading_state::never ||
            coverage.is_left_out())
            continue;
        if (coverage.failed_with != errc::unauthorised)
            return {};
        why = coverage.reason;
    }
    return why;
}

std::vector<blindness> evaluate_coverage(std::span<const coverage> seen, const staleness& stale,
                                         const std::string& refusal, std::vector<deviation> of_the_host,
                                         time_point now)
{
    std::vector<blindness> out;
    const auto why_rejected = rejection(seen);
    blindness whole{&whole_account, {}, std::ranges::any_of(seen, was_read)};
    if (!refusal.empty())
        whole.deviations.push_back(key_rejected(refusal));
    else if (!why_rejected.empty())
        whole.deviations.push_back(key_rejected("the API key is rejected everywhere; " + why_rejected));
    else if (auto nothing = blind_to_everything(seen, stale, now))
        whole.deviations.push_back(*std::move(nothing));

    const bool account_is_blind = !whole.deviations.empty();
    std::ranges::move(of_the_host, std::back_inserter(whole.deviations));
    out.push_back(std::move(whole));
    for (std::size_t at = 0; at < seen.size(); ++at) {
        auto blind = blind_for_long(seen[at], stale.limits[at], stale.running, now);
        out.push_back(account_is_blind ? blindness{seen[at].type, {}, true}
                                       : blindness_of(seen[at], std::move(blind)));
    }
    return out;
}

}  // namespace trunkwarden
