#include "cli/explain_from_file.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <fmt/format.h>
#include <utility>

#include "cli/chosen_findings.hpp"
#include "cli/last_written.hpp"
#include "loading/baseline_loading.hpp"
#include "state/read_kept.hpp"
#include "status/explanation.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

void explain_by_file(explanation& to, const settings& configured, day today)
{
    const auto account = std::ranges::find(configured.accounts, to.about.account, &account_settings::name);
    if (account == configured.accounts.end()) {
        to.no_entry = fmt::format("account {} is not in the settings any more", printable(to.about.account));
        return;
    }
    std::vector<problem> problems;
    const auto loaded = load_baseline(*account, configured.state_file, on_untrusted::use_copy, problems);
    if (loaded)
        explain_by_baseline(to, loaded->value, today);
    else
        to.no_entry = problems.empty() ? "the baseline file cannot be read" : to_string(problems.front());
}

std::vector<audit_event> events_in(const kept_state& kept, const finding& about)
{
    std::deque<audit_event> log;
    for (const auto& [account, event] : kept.audited)
        if (account == about.account)
            log.push_back(event);
    return events_about(about, log);
}

explanation explain_kept(finding about, kept_state kept, const settings& configured)
{
    explanation out;
    out.source = explained_by::state_file;
    out.as_of = last_written(configured);
    out.about = std::move(about);
    out.links = configured.links;
    explain_by_file(out, configured, std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
    out.events = events_in(kept, out.about);
    for (auto& action : kept.actions)
        if (action.finding == out.about.id)
            out.actions.push_back(std::move(action));
    for (auto& delivery : kept.deliveries)
        if (std::ranges::find(delivery.findings, out.about.id) != delivery.findings.end())
            out.messages.push_back(std::move(delivery));
    for (const auto& sink : configured.alerts.sinks) {
        const auto taken = kept.taken.find(sink.name);
        out.sinks.push_back(
            {sink.name, taken == kept.taken.end() ? std::nullopt : std::optional(taken->second)});
    }
    return out;
}

}  // namespace

result<boost::json::object> explain_from_file(const std::string& written, const settings& configured)
{
    const auto findings = read_findings(configured, true);
    if (!findings)
        return findings.error();
    auto chosen = choose_findings(*findings, {written}, {});
    if (chosen.found.empty())
        return failure{errc::not_found, chosen.problems.front()};
    auto kept = read_kept(configured);
    if (!kept)
        return kept.error();
    return to_json(explain_kept(std::move(chosen.found.front()), *std::move(kept), configured));
}

}  // namespace trunkwarden
