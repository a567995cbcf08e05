#include "containment/first_steps.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <string_view>

#include "containment/action_note.hpp"
#include "containment/lockdown_plan.hpp"
#include "findings/accepting.hpp"
#include "findings/finding_order.hpp"
#include "findings/finding_state.hpp"

namespace trunkwarden {
namespace {

using kind_of_step = first_step::sort;
using findings_of_account = std::span<const urgent_finding>;

// With more ids a command is no longer one that a person reads before running it.
constexpr std::size_t most_ids = 5;

// Whether somebody may be taking money this way. An object that is gone takes none.
bool may_cost(const urgent_finding& about)
{
    const bool changed = is_a_change(about.kind) && about.kind != deviation_kind::missing;
    return about.open && about.level >= severity::high && (changed || about.kind == deviation_kind::exceeded);
}

// Steps that stop calls, can be undone, and leave what is trusted alone. Passwords, keys and users come when
// somebody has read the plan: they stop phones and programs.
bool can_be_hurried(lockdown_step step)
{
    return step == lockdown_step::applications || step == lockdown_step::addresses ||
           step == lockdown_step::messaging;
}

std::string lockdown_command(findings_of_account findings)
{
    std::set<lockdown_step> steps{lockdown_step::evidence, lockdown_step::outbound_profiles,
                                  lockdown_step::forwarding};
    for (const auto& about : findings)
        if (const auto step = lockdown_step_of(about.step); may_cost(about) && step && can_be_hurried(*step))
            steps.insert(*step);
    std::vector<std::string_view> names;
    names.reserve(steps.size());
    for (const auto step : steps)
        names.push_back(name_of(step));
    return fmt::format("trunkwarden lockdown --account {} --apply --only {}", findings.front().account,
                       fmt::join(names, ","));
}

std::string with_ids(std::string_view command, const std::vector<std::string>& ids, std::string_view rest)
{
    if (ids.size() > most_ids)
        return fmt::format("{} ID...{}", command, rest);
    return fmt::format("{} {}{}", command, fmt::join(ids, " "), rest);
}

template <class Which>
std::vector<std::string> names_of_those(findings_of_account findings, Which which,
                                        std::string urgent_finding::*name)
{
    std::vector<std::string> out;
    out.reserve(findings.size());
    for (const auto& about : findings)
        if (which(about))
            out.push_back(about.*name);
    return out;
}

// All of an incident at once, where they are all of one; of more findings than a command names, the incident
// of the most severe, so that there is a command to copy.
std::string ack_command(findings_of_account findings, const std::vector<std::string>& ids)
{
    constexpr std::string_view reason = " --reason TEXT";
    const auto member = std::ranges::find_if(
        findings, [](const urgent_finding& about) { return about.open && !about.incident.empty(); });
    const bool is_incident =
        member != findings.end() && ids.size() > 1 &&
        (ids.size() > most_ids || std::ranges::all_of(findings, [&](const urgent_finding& about) {
             return about.incident == member->incident;
         }));
    return is_incident ? fmt::format("trunkwarden ack --incident {}{}", member->incident, reason)
                       : with_ids("trunkwarden ack", ids, reason);
}

}  // namespace

urgent_finding urgent_of(const finding& f)
{
    urgent_finding out;
    out.account = f.account;
    out.seen_as = id_with_state(f);
    out.incident = f.incident;
    out.waiting_action = waiting_action_in(f.quarantine);
    out.step = f.deviation.type->step;
    out.kind = f.deviation.kind;
    out.level = f.deviation.level;
    out.open = f.status == finding_status::open && !f.absent_since;
    out.acceptable = acceptable_of(f).has_value();
    return out;
}

std::map<std::string, std::vector<urgent_finding>> emergencies_in(const std::vector<const finding*>& findings)
{
    auto sorted = findings;
    std::erase_if(sorted, [](const finding* f) {  // most of them: neither heavy and open, nor with an action
        const bool may_be_urgent =
            f->status == finding_status::open && !f->absent_since && f->deviation.level >= severity::high;
        return !may_be_urgent && f->quarantine.empty();
    });
    std::ranges::sort(sorted, [](const finding* a, const finding* b) { return is_shown_before(*a, *b); });
    std::map<std::string, std::vector<urgent_finding>> out;
    for (const auto* each : sorted)
        out[each->account].push_back(urgent_of(*each));
    std::erase_if(out, [](const auto& account) {
        return std::ranges::none_of(account.second, [](const urgent_finding& about) {
            return may_cost(about) && about.level == severity::critical;
        });
    });
    for (auto& [account, urgent] : out)
        std::erase_if(urgent, [](const urgent_finding& about) {
            return !may_cost(about) && about.waiting_action.empty();
        });
    return out;
}

std::vector<first_step> first_steps(findings_of_account findings)
{
    std::vector<first_step> out;
    if (findings.empty())
        return out;
    const auto is_open = [](const urgent_finding& about) { return about.open; };
    const bool costs = std::ranges::any_of(findings, may_cost);
    const bool is_a_question = costs || std::ranges::any_of(findings, [](const urgent_finding& about) {
                                   return about.open && is_a_change(about.kind);
                               });
    if (is_a_question)
        out.push_back({kind_of_step::ask, "Is it yours? Ask those who may change the account.", {}});
    if (costs)
        out.push_back({kind_of_step::stop_money,
                       "If not, or if nobody answers, stop the money:", lockdown_command(findings)});
    const auto waiting = names_of_those(
        findings, [](const urgent_finding& about) { return !about.waiting_action.empty(); },
        &urgent_finding::waiting_action);
    if (!waiting.empty())
        out.push_back({kind_of_step::approve,
                       "Approve what waits:", with_ids("trunkwarden quarantine approve", waiting, "")});
    if (const auto ids = names_of_those(findings, is_open, &urgent_finding::seen_as); !ids.empty())
        out.push_back({kind_of_step::acknowledge, "Say that you look into it:", ack_command(findings, ids)});
    const auto acceptable = names_of_those(
        findings, [](const urgent_finding& about) { return about.acceptable; }, &urgent_finding::seen_as);
    if (!acceptable.empty())
        out.push_back({kind_of_step::accept, "Only if it is yours, trust it from now on:",
                       with_ids("trunkwarden baseline accept", acceptable, " --reason TEXT")});
    return out;
}

std::string numbered(std::span<const first_step> steps)
{
    std::vector<std::string> lines;
    lines.reserve(steps.size());
    for (const auto& step : steps)
        lines.push_back(fmt::format("{}. {}{}{}", lines.size() + 1, step.words,
                                    step.command.empty() ? "" : " ", step.command));
    return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace trunkwarden
