#include "cli/findings_reading.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "cli/control_client.hpp"
#include "cli/last_written.hpp"
#include "state/state_file.hpp"

namespace trunkwarden {
namespace {

using remarks_to = std::function<void(const std::string&)>;

result<shown_records> ask_for_records(const settings& configured)
{
    const auto told = ask_api(configured.control_socket, {"GET", "/api/v1/records", ""});
    if (!told)
        return told.error();
    return records_in(*told);
}

// A daemon from before an upgrade does not have the records.
bool may_be_read_from_the_file(const failure& why)
{
    return daemon_gave_no_answer(why) || why.kind == errc::not_found || why.kind == errc::not_understood;
}

result<kept_findings> read_state_file(const settings& configured, bool resolved_too, const failure& why,
                                      const remarks_to& remark)
{
    auto findings = read_findings(configured, resolved_too);
    if (!findings)
        return failure{findings.error().kind, fmt::format("{}; the daemon was asked before that: {}",
                                                          findings.error().message, why.message)};
    auto actions = read_actions(configured);
    if (!actions)
        return actions.error();
    remark(why.message);
    remark(fmt::format("this is of the {}, as of {}",
                       configured.database.is_set() ? "database" : "state file",
                       rfc3339(last_written(configured))));
    return kept_findings{{}, *std::move(findings), *std::move(actions)};
}

// Those that are open are known already, as they are now.
void add_resolved(kept_findings& to, const settings& configured, const remarks_to& remark)
{
    auto all = read_findings(configured, true);
    if (!all)
        return remark(
            fmt::format("findings that are resolved are left out, because only the state file has them: {}",
                        all.error().message));
    for (auto& found : *all)
        if (found.status == finding_status::resolved &&
            std::ranges::find(to.findings, found.id, &finding::id) == to.findings.end())
            to.findings.push_back(std::move(found));
}

}  // namespace

result<kept_findings> read_findings_first_hand(const settings& configured, bool resolved_too,
                                               const remarks_to& remark)
{
    kept_findings out;
    if (auto told = ask_for_records(configured)) {
        out = {std::move(told->accounts), std::move(told->findings), std::move(told->actions)};
        if (resolved_too)
            add_resolved(out, configured, remark);
    } else {
        if (!may_be_read_from_the_file(told.error()))
            return told.error();
        auto kept = read_state_file(configured, resolved_too, told.error(), remark);
        if (!kept)
            return kept;
        out = *std::move(kept);
    }
    for (const auto& account : configured.accounts)
        if (std::ranges::find(out.accounts, account.name) == out.accounts.end())
            out.accounts.push_back(account.name);
    return out;
}

}  // namespace trunkwarden
