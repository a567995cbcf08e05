#include "findings/blindness.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "findings/watch_cause.hpp"

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

// The lists of an account, of which none is read.
struct unread_lists {
    std::size_t count = 0;
    const coverage* first = nullptr;  // that was not read for too long
    std::size_t rejections = 0;       // lists that the key may not read because it is not taken
    const coverage* rejected = nullptr;
    std::optional<time_point> last_read;

    void add(const coverage& coverage, bool is_blind)
    {
        ++count;
        if (is_blind && first == nullptr)
            first = &coverage;
        if (coverage.failed_with == errc::unauthorised) {
            ++rejections;
            rejected = &coverage;
        }
        last_read = std::max(last_read, coverage.last_read());
    }
};

// Nothing while one of them is read, or may be.
std::optional<unread_lists> unread_lists_in(std::span<const coverage> seen, const staleness& stale,
                                            time_point now)
{
    unread_lists out;
    // A list that is read rarely says nothing about now because its own limit is not over.
    const auto limit = *std::ranges::min_element(stale.limits);
    for (const auto& coverage : seen) {
        if (!shows_whether_anything_is_seen(coverage))
            continue;
        const bool is_blind = blind_for_long(coverage, limit, stale.running, now).has_value();
        if (!is_blind && (coverage.was_read() || coverage.state == reading_state::never))
            return std::nullopt;
        out.add(coverage, is_blind);
    }
    return out.first == nullptr || out.count < 2 ? std::nullopt : std::optional(out);
}

// When no list can be read at all, that is one thing to say, not thirty: from the moment when the first of
// them has not been read for too long. Where most of them say that the key is not taken, that is the cause.
std::optional<deviation> blind_to_everything(std::span<const coverage> seen, const staleness& stale,
                                             time_point now)
{
    const auto unread = unread_lists_in(seen, stale, now);
    if (!unread)
        return std::nullopt;
    if (2 * unread->rejections > unread->count)
        return blind_because_of(watch_cause::api_key,
                                fmt::format("the API key is rejected by {} of {} lists; {}",
                                            unread->rejections, unread->count, unread->rejected->reason));
    const auto& why = unread->first->reason;
    return nothing_read(unread->last_read, why.empty() ? "no reading has ended since" : why);
}

// The cause for which nothing is seen, if that is known.
std::optional<deviation> cause_of_seeing_nothing(std::span<const coverage> seen, const staleness& stale,
                                                 const optional_reason& refusal, time_point now)
{
    if (refusal)
        return blind_because_of(watch_cause::organization, *refusal);
    if (const auto rejected = rejection(seen))
        return blind_because_of(watch_cause::api_key, "the API key is rejected everywhere; " + *rejected);
    return blind_to_everything(seen, stale, now);
}

// One of them is reported at most. That the API answered proves that it can be reached; that it said whose
// key it is, that it takes the key.
std::vector<blindness> causes_of_seeing_nothing(std::span<const coverage> seen, const staleness& stale,
                                                const optional_reason& refusal, time_point now)
{
    const bool is_read = std::ranges::any_of(seen, was_read);
    const auto cause = cause_of_seeing_nothing(seen, stale, refusal, now);
    const bool is_rejected = cause && cause->type == &watch_cause::api_key;
    std::vector<blindness> out{{&watch_cause::api, {}, is_read || refusal || is_rejected},
                               {&watch_cause::api_key, {}, is_read || refusal},
                               {&watch_cause::organization, {}, is_read}};
    for (auto& blindness : out)
        if (cause && cause->type == blindness.type)
            blindness.deviations.push_back(*cause);
    return out;
}

blindness trouble_of_host(const resource_type& cause, const optional_reason& why)
{
    blindness out{&cause, {}, true};
    if (why)
        out.deviations.push_back(blind_because_of(cause, *why));
    return out;
}

blindness trouble_of_clock(const std::optional<std::string>& why)
{
    if (!why)
        return {&watch_cause::clock, {}, false};
    return trouble_of_host(watch_cause::clock, why->empty() ? std::nullopt : why);
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

bool shows_whether_anything_is_seen(const coverage& coverage)
{
    return coverage.type->pages != paging::no_endpoint && coverage.state != reading_state::accepted &&
           !may_be_of_nothing(coverage);
}

optional_reason rejection(std::span<const coverage> seen)
{
    optional_reason why;
    for (const auto& coverage : seen) {
        if (coverage.type->pages == paging::no_endpoint || coverage.state == reading_state::never ||
            coverage.is_left_out())
            continue;
        if (coverage.failed_with != errc::unauthorised)
            return std::nullopt;
        why = coverage.reason;
    }
    return why;
}

std::vector<blindness> evaluate_coverage(std::span<const coverage> seen, const staleness& stale,
                                         const watch_troubles& troubles, time_point now)
{
    auto out = causes_of_seeing_nothing(seen, stale, troubles.refusal, now);
    const bool account_is_blind =
        std::ranges::any_of(out, [](const blindness& cause) { return !cause.deviations.empty(); });
    out.reserve(out.size() + 2 + seen.size());
    out.push_back(trouble_of_host(watch_cause::state_file, troubles.state_error));
    out.push_back(trouble_of_clock(troubles.clock_error));
    for (std::size_t at = 0; at < seen.size(); ++at) {
        if (account_is_blind)  // one thing to say; nothing is known about earlier findings: they stay
            out.push_back({seen[at].type, {}, false});
        else
            out.push_back(
                blindness_of(seen[at], blind_for_long(seen[at], stale.limits[at], stale.running, now)));
    }
    return out;
}

}  // namespace trunkwarden
