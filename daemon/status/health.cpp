#include "status/health.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <vector>

#include "status/nothing_read.hpp"
#include "support/first_of.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

using sentences = std::vector<std::string>;

constexpr std::size_t max_listed = 3;

struct tally {
    std::size_t open = 0;
    std::size_t critical = 0;
    std::size_t taken_care_of = 0;  // acknowledged or contained
};

tally count(const daemon_status& status)
{
    tally out;
    for (const auto& account : status.accounts)
        for (const auto& finding : account.findings) {
            const bool is_open = finding.status == finding_status::open;
            out.open += is_open ? 1 : 0;
            out.critical += is_open && finding.deviation.level == severity::critical ? 1 : 0;
            out.taken_care_of +=
                finding.status == finding_status::acknowledged || finding.status == finding_status::contained
                    ? 1
                    : 0;
        }
    return out;
}

bool is_overdue(const account_status& status, time_point now)
{
    return status.overdue_after.count() > 0 && status.last_sweep &&
           now - *status.last_sweep > status.overdue_after;
}

void add_unread(const account_status& status, time_point now, sentences& out)
{
    if (status.refused) {
        out.push_back(fmt::format("account {} is not judged", status.name));
        return;
    }
    if (status.sweeps == 0) {
        out.push_back(fmt::format("account {} has not been read once yet", status.name));
        return;
    }
    if (nothing_read_of(status.seen))
        return;  // it is said first, as a whole
    sentences names;
    for (const auto& seen : status.seen)
        if (!seen.satisfied())
            names.emplace_back(seen.type->name);
    if (!names.empty())
        out.push_back(
            fmt::format("{} of account {} could not be read", first_of(names, max_listed), status.name));
    else if (!status.complete)
        out.push_back(fmt::format("account {} was not read completely the last time", status.name));
    if (is_overdue(status, now))
        out.push_back(fmt::format(
            "no reading of account {} has ended for {}", status.name,
            for_people(std::chrono::duration_cast<std::chrono::milliseconds>(now - *status.last_sweep))));
}

void add_audit_log(const account_status& status, sentences& out)
{
    if (!status.audit_watched)
        return;
    if (status.audit_trouble)
        out.push_back(fmt::format("the audit log of account {} could not be read", status.name));
    else if (!status.audit_read)
        out.push_back(fmt::format("the audit log of account {} has not been read yet", status.name));
    if (!status.warnings.empty())
        out.push_back(fmt::format("{} of account {} that no list confirms",
                                  plural(status.warnings.size(), "audit event"), status.name));
}

// Adds the obstacles that keep alerts from people.
void add_telling(const daemon_status& status, sentences& out)
{
    if (status.state_trouble)
        out.emplace_back("the state file is not written");
    for (const auto& sink : status.sinks) {
        if (!sink.last_error.empty())
            out.push_back(fmt::format("sink {} did not take its last message{}", sink.name,
                                      sink.type == sink_type::email ? " for everybody" : ""));
        if (sink.dead > 0)
            out.push_back(
                fmt::format("sink {} refused {} for good", sink.name, plural(sink.dead, "message")));
    }
    if (status.heartbeat && status.heartbeat->last_error)
        out.emplace_back("the heartbeat is not taken");
    if (status.alerts_never_delivered)
        out.emplace_back("no sink ever took a message");
}

// Adds the actions that wait for a person or went wrong; a freeze only matters where the quarantine would do
// something.
void add_quarantine(const daemon_status& status, sentences& out)
{
    if (status.actions_waiting > 0)
        out.push_back(status.actions_waiting == 1
                          ? "1 action waits for approval"
                          : fmt::format("{} actions wait for approval", status.actions_waiting));
    if (status.actions_failed > 0)
        out.push_back(fmt::format("{} of the quarantine failed", plural(status.actions_failed, "action")));
    if (status.frozen && status.mode != quarantine_mode::off && status.mode != quarantine_mode::dry_run)
        out.emplace_back("the quarantine is frozen");
}

// "Nothing of account production was read since …: connection refused. ", or "".
std::string all_that_is_not_read(const daemon_status& status, time_point now)
{
    std::string out;
    for (const auto& account : status.accounts)
        if (const auto nothing = account.refused ? std::nullopt : nothing_read_of(account.seen))
            fmt::format_to(std::back_inserter(out), "{}. ", sentence_of(*nothing, account.name, now));
    return out;
}

std::string extent_of(const daemon_status& status)
{
    std::size_t resources = 0;
    sentences accepted;
    for (const auto& account : status.accounts)
        for (const auto& seen : account.seen) {
            resources += seen.state == reading_state::complete ? 1 : 0;
            if (seen.state == reading_state::accepted)
                accepted.emplace_back(seen.type->name);
        }
    const auto text = fmt::format("{} of {} read", plural(resources, "resource"),
                                  plural(status.accounts.size(), "account"));
    return accepted.empty()
               ? text
               : fmt::format("{}, {} accepted as not seen", text, first_of(accepted, max_listed));
}

}  // namespace

health health_of(const daemon_status& status, time_point now)
{
    if (status.accounts.empty())
        return {false, "Cannot say that all is well: no account is watched."};
    auto unread = all_that_is_not_read(status, now);
    const auto found = count(status);
    sentences troubles;
    for (const auto& account : status.accounts) {
        add_unread(account, now, troubles);
        add_audit_log(account, troubles);
    }
    add_telling(status, troubles);
    add_quarantine(status, troubles);
    if (status.refused)
        troubles.emplace_back("the last reload was refused");
    const auto all_troubles = fmt::format("{}", fmt::join(troubles, "; "));
    if (found.open > 0)
        return {false,
                fmt::format("{}{}, {} critical{}{}.", unread, plural(found.open, "open finding"),
                            found.critical, troubles.empty() ? "" : "; ", all_troubles),
                true};
    if (!unread.empty())
        return {false, troubles.empty() ? unread.substr(0, unread.size() - 1)
                                        : fmt::format("{}Also: {}.", unread, all_troubles)};
    if (!troubles.empty())
        return {false, fmt::format("Cannot say that all is well: {}.", all_troubles)};
    if (found.taken_care_of > 0)
        return {false, fmt::format("Nothing new: {} acknowledged or contained; {}.",
                                   plural(found.taken_care_of, "finding"), extent_of(status))};
    return {true, fmt::format("All is well: {}, nothing unexpected.", extent_of(status))};
}

}  // namespace trunkwarden
