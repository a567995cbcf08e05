#include "watch/account_gauges.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "account/account_exposure.hpp"
#include "baseline/expiry.hpp"
#include "catalogue/names.hpp"
#include "use/spending_window.hpp"

namespace trunkwarden {
namespace {

std::vector<finding_count> count_findings(const ledger& findings)
{
    std::vector<finding_count> out;
    for (const auto& [resource, open] : findings.open())
        for (const auto& [id, finding] : open) {
            if (finding.status == finding_status::contained)
                continue;
            const finding_count alone{labels_of(finding), 1, finding.status == finding_status::acknowledged};
            const auto known = std::ranges::find_if(out, [&alone](const finding_count& some) {
                return some.labels == alone.labels && some.acknowledged == alone.acknowledged;
            });
            if (known != out.end())
                ++known->count;
            else
                out.push_back(alone);
        }
    return out;
}

resource_gauges gauges_of(const coverage& seen, const baseline& trusted)
{
    resource_gauges out;
    out.resource = seen.type->name;
    out.baseline_entries = trusted.entries_of(*seen.type).entries().size();
    const bool has_its_own_section = seen.type->role == resource_role::spending ||
                                     seen.type->role == resource_role::traffic ||
                                     seen.type->role == resource_role::active_calls;
    if (seen.state == reading_state::never || (has_its_own_section && seen.is_left_out()))
        return out;
    out.complete = seen.state == reading_state::complete;
    if (*out.complete && seen.type->pages != paging::no_endpoint)
        out.items = seen.items;
    out.last_complete = seen.last_complete;
    if (seen.was_read() && seen.type->pages != paging::no_endpoint)
        out.unreadable = seen.unreadable.size();
    return out;
}

std::optional<two_factor_state> two_factor_of(const std::vector<coverage>& seen)
{
    const auto found = std::ranges::find_if(
        seen, [](const coverage& coverage) { return coverage.type->role == resource_role::two_factor; });
    if (found == seen.end() || found->state == reading_state::never ||
        found->state == reading_state::accepted)
        return std::nullopt;  // also where it is not required, or not knowing it is accepted
    if (found->shown_to_be_off)
        return two_factor_state::off;
    return found->state == reading_state::complete ? two_factor_state::shown : two_factor_state::not_known;
}

// The counters continue while the balance cannot be read; the balance itself is not known then.
std::optional<spending_gauges> spending_of(const account_config& config, const account_memory& memory)
{
    const auto& spending = memory.spending;
    if (!config.baseline.spending.present || !spending.read_at || spending.record.is_empty())
        return std::nullopt;
    spending_gauges out;
    out.currency = spending.record.last().is.currency;
    if (!spending.failed) {
        out.balance = spending.record.last().is.available;
        if (const auto span = lasts_for(spending.record, spending.record.last().until))
            out.lasts_seconds = std::chrono::duration<double>(*span).count();
    }
    out.spent = spending.record.spent();
    for (std::size_t source = 1; source < names_of<top_up>.values.size(); ++source)
        out.top_ups.emplace_back(names_of<top_up>.values.at(source), spending.record.top_ups().at(source));
    return out;
}

// The countries are those of our own table, so that nobody can make the series grow.
std::vector<traffic_gauges> traffic_of(const account_config& config, const account_memory& memory)
{
    std::vector<traffic_gauges> out;
    if (!config.baseline.traffic.present)
        return out;
    std::map<std::pair<traffic_product, std::string>, traffic_sum> sums;
    for (const auto& [key, sum] : memory.traffic.record.totals()) {
        const auto& [product, country] = key;
        const auto is_unknown = country.empty() || country == not_in_report;
        sums[{product, is_unknown ? "unknown" : country}] += sum;
    }
    for (const auto& [key, sum] : sums)
        out.push_back({name_of(key.first), key.second, sum.attempts, sum.cost});
    return out;
}

// The objects that a resource about use shows; nothing while it is not read completely.
std::optional<std::size_t> counted(const account_config& config, const account_view& view, resource_role role)
{
    const auto& seen = view.coverage[place_of_role(config, role)];
    return seen.state == reading_state::complete ? std::optional(seen.items) : std::nullopt;
}

}  // namespace

finding_labels labels_of(const finding& f)
{
    return {.resource = std::string(f.deviation.type->name),
            .kind = std::string(name_of(f.deviation.kind)),
            .severity = std::string(name_of(f.deviation.level))};
}

account_gauges gauges_of(const account& watched)
{
    account_gauges out;
    out.account = watched.config.settings.name;
    out.findings = count_findings(watched.memory.findings);
    for (const auto& seen : watched.view.coverage)
        out.resources.push_back(gauges_of(seen, watched.config.baseline));
    out.two_factor = two_factor_of(watched.view.coverage);
    out.spending = spending_of(watched.config, watched.memory);
    out.traffic = traffic_of(watched.config, watched.memory);
    out.registrations = counted(watched.config, watched.view, resource_role::registrations);
    out.active_calls = counted(watched.config, watched.view, resource_role::active_calls);
    if (const auto most = open_exposure(watched.memory))
        out.exposure_per_minute = most->per_minute ? static_cast<double>(most->per_minute->millionths) / 1e6
                                                   : std::numeric_limits<double>::infinity();
    out.audit_last_read = watched.memory.audit.read_at();
    out.baseline_next_expiry = next_end(watched.config.baseline);
    return out;
}

}  // namespace trunkwarden
