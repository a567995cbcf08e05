#include "watch/coverage_check.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "account/cross_reference.hpp"
#include "account/schedule.hpp"
#include "findings/blindness.hpp"
#include "findings/lost_state.hpp"
#include "findings/two_factor.hpp"
#include "findings/untrusted_baseline.hpp"
#include "findings/watch_cause.hpp"
#include "support/minisign.hpp"
#include "watch/active_calls_watch.hpp"
#include "watch/spending_watch.hpp"
#include "watch/traffic_watch.hpp"

namespace trunkwarden {
namespace {

void add_pause(account_memory& memory, time_point now, duration span)
{
    constexpr std::size_t most = 100;  // without the oldest ones, a list is called blind too early
    auto& pauses = memory.running.pauses;
    if (pauses.size() >= most)
        pauses.erase(pauses.begin());
    pauses.push_back({now, span});
}

// A process that was stopped for seconds comes late to a check that was due. Only the pause is taken from the
// age of readings before it: however often somebody stops the process, the time in which it runs adds up.
void note_pause(account_memory& memory, time_point now)
{
    constexpr auto busy = std::chrono::seconds(1);
    if (!memory.next_coverage_check || now - *memory.next_coverage_check <= busy)
        return;
    add_pause(memory, now, std::chrono::duration_cast<duration>(now - *memory.next_coverage_check));
    memory.next_coverage_check.reset();
}

// A host that was suspended, or whose clock was set, did not leave the lists unread: their age counts from
// the moment when the process ran again.
void detect_suspend(account_memory& memory, time_point now)
{
    constexpr auto longer_than_any_pause = std::chrono::minutes(2);
    if (now - memory.coverage_evaluated_at > longer_than_any_pause || now < memory.coverage_evaluated_at)
        memory.running = {now};
    memory.coverage_evaluated_at = now;
    note_pause(memory, now);
}

void evaluate_two_factor(account& account, const resource_type& type, coverage& covered, time_point now)
{
    account.memory.two_factor_evidence.bypass_sso = users_past_single_sign_on(account.view);
    auto verdict =
        judge_two_factor(type, account.config.baseline.two_factor, now, account.memory.two_factor_evidence);
    // Before the first answer of the probe, nothing that was reported before is taken back.
    const bool asked = !account.config.settings.probe || account.memory.two_factor_evidence.probe;
    if (!asked && verdict.evidence == two_factor_evidence::shown)
        verdict = {two_factor_evidence::not_known, "two_factor_probe has not answered yet", {}};
    covered.judge(verdict, now);
    const observation observation{asked ? extent::complete : extent::partial, now, now};
    account.io.publish(account.memory.findings.apply(type, std::move(verdict.deviations), observation, {}));
    if (const auto& attested = account.config.baseline.two_factor.attested)
        account.io.publish(account.memory.findings.settle_events(type.name, *attested, now));
}

// A finding that nothing of the account is seen ends with this judgement.
bool is_seen_again(const ledger& findings, const std::vector<blindness>& judged)
{
    bool ends = false;
    for (const auto& blindness : judged) {
        if (!hides_the_account(*blindness.type))
            continue;
        if (!blindness.deviations.empty())
            return false;
        const auto open = findings.open().find(blindness.type->name);
        ends = ends || (blindness.seen && open != findings.open().end() && !open->second.empty());
    }
    return ends;
}

// After an outage the first list is read again, and the others come in a moment: they were unread because of
// the outage, and the time in which nothing was seen was reported. As much of it counts as leaves them a
// third of the shortest limit; more would be a gift to a thief who hides one of them meanwhile. A time in
// which nothing ran does not count already, and is not forgiven once more.
void forgive_outage(account_view& view, account_memory& memory, std::chrono::milliseconds shortest,
                    time_point now)
{
    std::optional<std::chrono::milliseconds> unread;  // the list that was read last
    for (const auto& coverage : view.coverage) {
        if (!shows_whether_anything_is_seen(coverage) || !coverage.last_read())
            continue;
        const auto age = memory.running.between(*coverage.last_read(), now);
        if (age >= shortest)
            unread = std::min(unread.value_or(age), age);
    }
    if (unread)
        add_pause(memory, now, *unread - shortest * 2 / 3);
}

std::vector<blindness> judge_blind_spots(account& account, time_point now)
{
    const auto limits = stale_limits(account);
    const watch_troubles troubles{account.view.organization.refusal(), account.memory.state_error,
                                  account.memory.clock_error};
    auto out = evaluate_coverage(account.view.coverage, {limits, account.memory.running}, troubles, now);
    if (!is_seen_again(account.memory.findings, out))
        return out;
    forgive_outage(account.view, account.memory, std::ranges::min(limits), now);
    return evaluate_coverage(account.view.coverage, {limits, account.memory.running}, troubles, now);
}

void evaluate_blind_spots(account& account, time_point now)
{
    for (auto& blind : judge_blind_spots(account, now)) {
        const observation observation{blind.seen ? extent::complete : extent::partial, now, now};
        account.io.publish(
            account.memory.findings.apply_blind(*blind.type, std::move(blind.deviations), observation));
    }
}

// People who edit a baseline write the file first and its signature next. The file is not trusted meanwhile,
// but the finding waits for a moment.
bool may_be_about_to_be_signed(const account_config& config, time_point now)
{
    constexpr auto until_signed = std::chrono::seconds(5);
    const auto since = config.baseline_error_since;
    return config.baseline_error && now >= since && now - since < until_signed;
}

void evaluate_baseline_file(account& account, time_point now)
{
    observation observation{extent::complete, now, now};
    std::vector<deviation> found;
    if (may_be_about_to_be_signed(account.config, now))
        observation.completeness = extent::partial;
    else
        found = judge_untrusted_baseline({account.config.settings.name,
                                          minisign_key_id(account.config.settings.baseline_public_key),
                                          account.config.baseline_error});
    account.io.publish(
        account.memory.findings.apply_blind(watch_cause::baseline_file, std::move(found), observation));
}

void evaluate_lost_state(account_memory& memory, const account_io& io, time_point now)
{
    const observation observation{extent::complete, now, now};
    io.publish(
        memory.findings.apply(watch_cause::state_file, judge_lost_state(memory.state_lost), observation, {}));
}

}  // namespace

void evaluate_coverage(account& account)
{
    const auto now = account.io.now();
    detect_suspend(account.memory, now);
    for (std::size_t resource = 0; resource < account.config.types.size(); ++resource)
        if (account.config.types[resource].role == resource_role::two_factor)
            evaluate_two_factor(account, account.config.types[resource], account.view.coverage[resource],
                                now);
    evaluate_spending(account);
    evaluate_traffic(account);
    evaluate_active_calls(account);
    evaluate_blind_spots(account, now);
    evaluate_baseline_file(account, now);
    evaluate_lost_state(account.memory, account.io, now);
}

}  // namespace trunkwarden
