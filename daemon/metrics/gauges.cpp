#include "metrics/gauges.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "metrics/declared.hpp"

namespace trunkwarden {

namespace {

using labels = std::vector<prometheus::ClientMetric::Label>;

class family {
public:
    explicit family(const declared_metric& metric,
                    prometheus::MetricType type = prometheus::MetricType::Gauge)
    {
        family_.name = metric.name;
        family_.help = metric.help;
        family_.type = type;
    }

    // Nothing when the value is not known.
    template <class T>
    void add(const std::optional<T>& value, labels its = {})
    {
        if (!value)
            return;
        prometheus::ClientMetric sample;
        sample.label = std::move(its);
        (family_.type == prometheus::MetricType::Counter ? sample.counter.value : sample.gauge.value) =
            number(*value);
        family_.metric.push_back(std::move(sample));
    }

    void move_to(std::vector<prometheus::MetricFamily>& to)
    {
        if (!family_.metric.empty())
            to.push_back(std::move(family_));
    }

private:
    template <class T>
    static double number(T value)
    {
        return static_cast<double>(value);
    }
    static double number(amount some) { return static_cast<double>(some.millionths) / 1e6; }
    static double number(time_point at)
    {
        return std::chrono::duration<double>(at.time_since_epoch()).count();
    }

    prometheus::MetricFamily family_;
};

// The families of one resource in one account.
struct resource_families {
    family resources{declared::resources};
    family complete{declared::resource_complete};
    family last_complete{declared::resource_last_complete};
    family unreadable{declared::resource_unreadable};
    family baseline_entries{declared::baseline_entries};

    void add(const std::string& account, const resource_gauges& gauges)
    {
        const labels its{{"account", account}, {"resource", gauges.resource}};
        resources.add(gauges.items, its);
        complete.add(gauges.complete, its);
        last_complete.add(gauges.last_complete, its);
        unreadable.add(gauges.unreadable, its);
        baseline_entries.add(gauges.baseline_entries, its);
    }
};

// The families of an account's spending.
struct spending_families {
    family balance{declared::balance};
    family lasts{declared::balance_lasts};
    family spent{declared::spent, prometheus::MetricType::Counter};
    family top_ups{declared::top_ups, prometheus::MetricType::Counter};

    void add(const std::string& account, const spending_gauges& gauges)
    {
        const labels its{{"account", account}, {"currency", gauges.currency}};
        balance.add(gauges.balance, its);
        lasts.add(gauges.lasts_seconds, its);
        spent.add(std::optional(gauges.spent), its);
        for (const auto& [source, count] : gauges.top_ups) {
            auto with_source = its;
            with_source.push_back({"source", std::string(source)});
            top_ups.add(std::optional(count), std::move(with_source));
        }
    }
};

// The families of the traffic of an account.
struct traffic_families {
    family attempts{declared::call_attempts, prometheus::MetricType::Counter};
    family cost{declared::calls_cost, prometheus::MetricType::Counter};

    void add(const std::string& account, const traffic_gauges& gauges)
    {
        const labels its{
            {"account", account}, {"country", gauges.country}, {"product", std::string(gauges.product)}};
        attempts.add(std::optional(gauges.attempts), its);
        cost.add(std::optional(gauges.cost), its);
    }
};

// The families of the steps that are not planned in an account.
struct refusal_families {
    family refused{declared::quarantine_refused};
    family refusals{declared::quarantine_refusals, prometheus::MetricType::Counter};

    void add(const std::string& account, const refusal_gauges& refusal_gauges)
    {
        const labels its{{"account", account}, {"reason", std::string(refusal_gauges.reason)}};
        refused.add(std::optional(refusal_gauges.now), its);
        refusals.add(std::optional(refusal_gauges.since), its);
    }
};

// The families of one account.
struct account_families {
    family findings{declared::findings};
    resource_families resource;
    family remaining{declared::api_rate_limit_remaining};
    family two_factor{declared::two_factor};
    family audit_last_read{declared::audit_last_read};
    family next_expiry{declared::baseline_next_expiry};
    family waiting{declared::quarantine_waiting};
    family failed{declared::quarantine_failed};
    refusal_families refusals;
    spending_families spending;
    traffic_families traffic;
    family exposure{declared::exposure_per_minute};
    family registrations{declared::registrations};
    family active_calls{declared::active_calls};

    void add(const account_gauges& gauges)
    {
        for (const finding_count& some : gauges.findings)
            findings.add(std::optional(some.count), {{"account", gauges.account},
                                                     {"resource", some.labels.resource},
                                                     {"kind", some.labels.kind},
                                                     {"severity", some.labels.severity},
                                                     {"acknowledged", some.acknowledged ? "true" : "false"}});
        for (const resource_gauges& resource_gauges : gauges.resources)
            resource.add(gauges.account, resource_gauges);
        const labels its{{"account", gauges.account}};
        remaining.add(gauges.rate_limit_remaining, its);
        two_factor.add(gauges.two_factor, its);
        audit_last_read.add(gauges.audit_last_read, its);
        next_expiry.add(gauges.baseline_next_expiry, its);
        waiting.add(gauges.actions_waiting, its);
        failed.add(gauges.actions_failed, its);
        for (const refusal_gauges& some : gauges.refusals)
            refusals.add(gauges.account, some);
        registrations.add(gauges.registrations, its);
        active_calls.add(gauges.active_calls, its);
        exposure.add(gauges.exposure_per_minute, its);
        if (gauges.spending)
            spending.add(gauges.account, *gauges.spending);
        for (const traffic_gauges& some : gauges.traffic)
            traffic.add(gauges.account, some);
    }
};

// The families of the daemon itself.
struct daemon_families {
    family last_heartbeat{declared::heartbeat_last_success};
    family unheard{declared::alerts_unheard};
    family frozen{declared::quarantine_frozen};
    family state_file{declared::state_file_writable};
    family state_up{declared::state_up};
    family state_write{declared::state_write};
    family state_pending{declared::state_pending};
    family reload_successful{declared::config_last_reload_successful};
    family reload_success{declared::config_last_reload_success};

    explicit daemon_families(const gauge_state& now)
    {
        if (now.heartbeat)
            last_heartbeat.add(now.heartbeat->last_success);
        unheard.add(now.alerts_unheard);
        frozen.add(now.quarantine_frozen);
        state_file.add(now.state_file_writable);
        state_up.add(now.state_up);
        state_write.add(now.state_write_seconds);
        state_pending.add(now.state_pending);
        reload_successful.add(now.last_reload_successful);
        reload_success.add(now.last_reload_success);
    }
};

// The families of one sink.
struct sink_families {
    family pending{declared::notifications_pending};
    family dead{declared::notifications_dead};
    family last_success{declared::notifications_last_success};
    family clock_ahead{declared::sink_clock_ahead};

    void add(const sink_gauges& gauges)
    {
        const labels its{{"sink", gauges.sink}};
        pending.add(std::optional(gauges.pending), its);
        dead.add(std::optional(gauges.dead), its);
        last_success.add(gauges.last_success, its);
        clock_ahead.add(gauges.clock_ahead, its);
    }
};

// A counter that lives elsewhere.
prometheus::MetricFamily counter_of(const declared_metric& metric, double value)
{
    prometheus::MetricFamily out{std::string(metric.name), std::string(metric.help),
                                 prometheus::MetricType::Counter, std::vector<prometheus::ClientMetric>(1)};
    out.metric.front().counter.value = value;
    return out;
}

template <class... Families>
std::vector<prometheus::MetricFamily> all_of(Families&... families)
{
    std::vector<prometheus::MetricFamily> all;
    (families.move_to(all), ...);
    return all;
}

}  // namespace

void leave_out_quiet_resources(account_gauges& gauges, time_point now)
{
    constexpr auto fresh = std::chrono::minutes(10);  // older is worth a look: an alert waits for 15
    std::erase_if(gauges.resources, [&gauges, now, fresh](const resource_gauges& resource) {
        const bool has_findings = std::ranges::any_of(
            gauges.findings,
            [&resource](const finding_count& some) { return some.labels.resource == resource.resource; });
        return resource.complete == true && !has_findings && resource.unreadable.value_or(0) == 0 &&
               resource.last_complete && now - *resource.last_complete < fresh;
    });
}

std::vector<prometheus::MetricFamily> gauges_of(const gauge_state& now)
{
    account_families each;
    for (const account_gauges& gauges : now.accounts)
        each.add(gauges);
    sink_families sinks;
    for (const sink_gauges& gauges : now.sinks)
        sinks.add(gauges);
    daemon_families its(now);
    auto all = all_of(
        each.findings, each.resource.resources, each.resource.complete, each.resource.last_complete,
        each.resource.unreadable, each.remaining, each.two_factor, each.exposure, each.registrations,
        each.active_calls, each.spending.balance, each.spending.lasts, each.spending.spent,
        each.spending.top_ups, each.traffic.attempts, each.traffic.cost, each.audit_last_read, sinks.pending,
        sinks.dead, sinks.last_success, sinks.clock_ahead, its.last_heartbeat, its.unheard, its.state_file,
        its.state_up, its.state_write, its.state_pending,
        its.reload_successful, its.reload_success, each.resource.baseline_entries, each.next_expiry,
        each.waiting, each.failed, each.refusals.refused, each.refusals.refusals, its.frozen);
    if (now.heartbeat)
        all.push_back(counter_of(declared::heartbeat_failures, static_cast<double>(now.heartbeat->failures)));
    all.push_back(counter_of(declared::log_lines_dropped, static_cast<double>(now.log_lines_dropped)));
    return all;
}

std::vector<prometheus::MetricFamily> process_families(const process_facts& facts,
                                                       std::optional<double> started)
{
    family resident(declared::process_resident_memory);
    resident.add(facts.resident_bytes);
    family virtual_memory(declared::process_virtual_memory);
    virtual_memory.add(facts.virtual_bytes);
    family open_fds(declared::process_open_fds);
    open_fds.add(facts.open_fds);
    family max_fds(declared::process_max_fds);
    max_fds.add(facts.max_fds);
    family start(declared::process_start_time);
    start.add(started);
    auto all = all_of(resident, virtual_memory, open_fds, max_fds, start);
    if (facts.cpu_seconds)
        all.insert(all.begin(), counter_of(declared::process_cpu, *facts.cpu_seconds));
    return all;
}

}  // namespace trunkwarden
