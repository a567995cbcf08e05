#include "containment/reload_grace.hpp"

#include <algorithm>
#include <utility>

#include "containment/requests.hpp"
#include "containment/stopped_judgement.hpp"

namespace trunkwarden {
namespace {

// Whether the baseline would have had it written in the same words.
bool would_write_the_same(const action& step, const observed_object& object, const judgement& judged)
{
    if (step.measure != measure::restore || judged.differing.empty())
        return false;
    const auto wanted = restoring_request_for(object, judged);
    return wanted && wanted->request.target == step.request.target &&
           wanted->request.body == step.request.body;
}

}  // namespace

void reload_grace::add(std::shared_ptr<const baseline> before, time_point now)
{
    constexpr std::size_t max_kept = 16;
    if (kept_.size() == max_kept)
        kept_.erase(kept_.begin() + 1);  // the oldest was active before all these edits
    kept_.push_back({{std::move(before), now}, 0});
}

void reload_grace::end_sweep()
{
    for (auto& kept : kept_)
        ++kept.sweeps;
}

std::vector<replaced_baseline> reload_grace::lasting(time_point now)
{
    std::erase_if(kept_, [now](const kept& kept) {
        return now - kept.before.replaced_at >= grace_after_reload && kept.sweeps >= 2;
    });
    std::vector<replaced_baseline> out;
    for (const auto& kept : kept_)
        out.push_back(kept.before);
    return out;
}

std::optional<time_point> trusted_until_reload(const action& step, const observed_object& object,
                                               const std::vector<replaced_baseline>& replaced,
                                               const stopped_values& stopped, day today)
{
    std::optional<time_point> out;
    for (const auto& earlier : replaced) {
        auto judged = judge(*object.type, earlier.trusted->entries_of(*object.type), object.seen(), today);
        leave_stopped(judged, object, stopped);
        const bool was_named = judged.verdict == trust::covered || judged.verdict == trust::differs;
        if (was_named && !would_write_the_same(step, object, judged))
            out = std::max(out, std::optional(earlier.replaced_at));
    }
    return out;
}

}  // namespace trunkwarden
