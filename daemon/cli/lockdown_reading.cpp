#include "cli/lockdown_reading.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <utility>

#include "account/cross_reference.hpp"
#include "baseline/match.hpp"
#include "cli/report/lockdown_report.hpp"
#include "containment/observe_object.hpp"
#include "loading/loading.hpp"
#include "support/parse_time.hpp"
#include "support/plural.hpp"
#include "watch/organization_check.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

bool has(const object_list& objects, std::string_view id)
{
    bool found = false;
    for_each(objects, [&](const object_view& object) { found = found || object.id() == id; });
    return found;
}

bool was_read(const account_view& view, std::size_t resource)
{
    return view.coverage[resource].state == reading_state::complete;
}

// Half of a list proves what is on it.
task<> add_parts(account& watched, std::vector<object_list>& objects)
{
    const page_listener nobody = ignore_page;
    for (auto& list : watched.view.lists) {
        if (is_index(watched.view, list) || was_read(watched.view, list.resources.front()))
            continue;
        const auto part = co_await observe(watched, list, nobody);
        for (std::size_t watcher = 0; watcher < list.resources.size(); ++watcher) {
            auto& known =
                objects[list.resources[watcher]];  // of a reading in which an object could not be read
            auto shown = objects_of(*part.contents, watcher);
            if (count(shown) > count(known))
                known = std::move(shown);
        }
    }
}

// Another reading of half of a list may show another half.
task<> add_found(account& watched, std::vector<object_list>& objects)
{
    const auto findings = watched.memory.findings.all_open();
    for (const auto& finding : findings) {
        const auto resource = place_of_resource(watched.config, finding.deviation.type->name);
        if (!resource || list_with(watched.view, *resource) == nullptr || was_read(watched.view, *resource) ||
            finding.deviation.address.empty() || has(objects[*resource], finding.deviation.id))
            continue;
        auto now = co_await observe_object(watched, *resource, finding.deviation.address);
        if (now && *now && (*now)->is_reported())
            objects[*resource].push_back((*now)->watched);
    }
}

bool was_old(const object_view& object, time_point a_day_ago)
{
    const auto modified = parse_time(object.modified_at());
    return !modified || *modified < a_day_ago;
}

// Counts what a plan does to objects that nobody doubted a day ago, and how many trusted ones it leaves.
class effect_on_old_objects {
public:
    effect_on_old_objects(const account& watched, const lockdown_reading& reading,
                          const std::vector<finding>& known)
        : a_day_ago_(watched.io.now() - std::chrono::hours(24))
    {
        for (const auto& finding : known)
            if (finding.account == watched.config.settings.name && finding.first_seen <= a_day_ago_)
                doubted_.emplace(finding.deviation.type->name, finding.deviation.id);
        for (const auto& item : reading.items)
            if (item.work == lockdown_work::contain && !item.leave)
                going_.emplace(item.resource, item.object_id);
    }

    void count(const lockdown_account& by, std::size_t resource, const object_view& object)
    {
        const auto& type = by.types[resource];
        if (going_.contains({resource, object.id()}))
            switched_off += was_trusted(type, object) ? 1 : 0;
        else if (type.contain.possible())
            left += is_trusted(by, type, object) ? 1 : 0;
    }

    std::size_t switched_off = 0;
    std::size_t left = 0;

private:
    bool was_trusted(const resource_type& type, const object_view& object) const
    {
        return was_old(object, a_day_ago_) && !doubted_.contains({type.name, object.id()});
    }
    static bool is_trusted(const lockdown_account& by, const resource_type& type, const object_view& object)
    {
        const auto verdict = judge(type, by.trusted.entries_of(type), object, by.today).verdict;
        return verdict == trust::covered || verdict == trust::differs;
    }

    time_point a_day_ago_;
    std::set<std::pair<std::string_view, std::string_view>> doubted_;
    std::set<std::pair<std::size_t, std::string_view>> going_;
};

}  // namespace

lockdown_files load_for_lockdown(const settings_reading& from, std::string_view account)
{
    lockdown_files out;
    for (const auto& wrong : from.problems)
        out.warnings.push_back(fmt::format(
            "the settings are wrong, and are used as far as they can be read: {}", to_string(wrong)));
    auto loaded = load_baselines(from.value, account, on_untrusted::use_copy);
    if (loaded.problems.empty()) {
        out.watched = std::move(loaded.accounts.front().watched);
        out.key = std::move(loaded.accounts.front().key);
        if (const auto& why = out.watched->config.baseline_error)
            out.warnings.push_back(fmt::format(
                "the baseline file is not used but the signed copy that was active last: {}", *why));
        return out;
    }
    auto without = load_account_to_capture(from.value, account);
    out.problems = std::move(without.problems);
    if (!without.ready)
        return out;
    out.watched = std::move(without.ready->watched);
    out.key = std::move(without.ready->key);
    out.basis = lockdown_basis::nothing;
    for (const auto& problem : loaded.problems)
        out.warnings.push_back(fmt::format("there is no baseline: {}", to_string(problem)));
    out.warnings.emplace_back(
        "without a baseline nothing is known to be trusted: only evidence is taken, and all outbound voice "
        "profiles and auto-recharge are switched off");
    return out;
}

task<lockdown_reading> read_for_lockdown(account& watched, lockdown_basis basis)
{
    lockdown_reading out;
    out.terms.basis = basis;
    co_await check_organization(watched);
    if (watched.view.organization.is == organization_check::verdict::refused)
        co_return out;
    if (basis == lockdown_basis::baseline)
        co_await sweep(watched);
    else
        co_await observe_account(watched);
    out.terms.self = co_await read_monitor_identity(watched);
    if (basis == lockdown_basis::baseline)
        co_await read_actors(watched.memory, watched.io);
    out.objects = watched.view.objects;
    co_await add_parts(watched, out.objects);
    co_await add_found(watched, out.objects);
    out.items = plan_lockdown(lockdown_view(watched, out.terms), out.objects);
    out.holes = holes_of(watched.view);
    out.by_hand = what_people_do();
    std::ranges::move(secrets_to_make_by_hand(lockdown_view(watched, out.terms), out.objects),
                      std::back_inserter(out.by_hand));
    co_return out;
}

optional_reason warning_of_wrong_baseline(const account& watched, const lockdown_reading& reading,
                                          const std::vector<finding>& known)
{
    effect_on_old_objects effect(watched, reading, known);
    const auto by = lockdown_view(watched, reading.terms);
    for (std::size_t resource = 0; resource < by.types.size(); ++resource)
        for_each(reading.objects[resource],
                 [&](const object_view& object) { effect.count(by, resource, object); });
    if (reading.terms.basis == lockdown_basis::nothing || effect.switched_off <= effect.left)
        return std::nullopt;
    return fmt::format(
        "this plan switches off or removes {} that are older than a day and were no finding a day ago, and "
        "leaves {}: look whether {} is the right baseline, and whole, before you continue",
        plural(effect.switched_off, "object"), effect.left, watched.config.baseline.file);
}

optional_reason doubt_about_organization(const account_view& view, lockdown_basis basis)
{
    if (basis == lockdown_basis::nothing)
        return "no baseline says to which organisation the API key has to belong";
    if (view.organization.is == organization_check::verdict::not_known)
        return view.organization.reason;
    return std::nullopt;
}

}  // namespace trunkwarden
