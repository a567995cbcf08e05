#include "metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "catalogue/severity.hpp"
#include "metrics/declared.hpp"
#include "metrics/exposition.hpp"
#include "metrics/gauges.hpp"
#include "support/version.hpp"

namespace trunkwarden {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

// Around the goals: a request is done in 10 s, a change seen within a minute, long lists within five.
const Histogram::BucketBoundaries request_seconds{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
const Histogram::BucketBoundaries sweep_seconds{0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600};
const Histogram::BucketBoundaries delay_seconds{1, 2.5, 5, 10, 15, 20, 30, 45, 60, 120, 300, 600, 1800, 3600};

template <class Builder>
auto& declare(prometheus::Registry& in, Builder build, const declared_metric& metric)
{
    return build.Name(std::string(metric.name)).Help(std::string(metric.help)).Register(in);
}

Family<Counter>& counter(prometheus::Registry& in, const declared_metric& metric)
{
    return declare(in, prometheus::BuildCounter(), metric);
}

Family<Histogram>& histogram(prometheus::Registry& in, const declared_metric& metric)
{
    return declare(in, prometheus::BuildHistogram(), metric);
}

void append(std::vector<prometheus::MetricFamily>& to, std::vector<prometheus::MetricFamily> more)
{
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

double seconds(std::chrono::nanoseconds span)
{
    return std::max(0.0, std::chrono::duration<double>(span).count());
}

// A status comes from the API, so only what HTTP defines becomes a label.
std::string code_label(unsigned status)
{
    return status >= 100 && status <= 599 ? std::to_string(status) : "error";
}

// An action that is only on its way is not counted: its end is.
bool is_counted(action_state state)
{
    return has_ended(state) || state == action_state::waiting || state == action_state::unverified;
}

}  // namespace

struct metrics::series {
    prometheus::Registry registry;
    Family<Counter>& findings_opened = counter(registry, declared::findings_opened);
    Family<Counter>& sweeps = counter(registry, declared::sweeps);
    Family<Counter>& notifications = counter(registry, declared::notifications);
    Family<Counter>& audit_events = counter(registry, declared::audit_events);
    Family<Counter>& audit_unconfirmed = counter(registry, declared::audit_unconfirmed);
    Family<Counter>& quarantine_actions = counter(registry, declared::quarantine_actions);
    Family<Counter>& state_forgotten = counter(registry, declared::state_forgotten);
    Family<Counter>& api_requests = counter(registry, declared::api_requests);
    Family<Histogram>& sweep_duration = histogram(registry, declared::sweep_duration);
    Family<Histogram>& detection_delay = histogram(registry, declared::detection_delay);
    Family<Histogram>& api_request_duration = histogram(registry, declared::api_request_duration);
    std::optional<double> started;  // once, so that it cannot move with the clock

    Counter& sweeps_of(std::string_view account, sweep_result swept)
    {
        const char* word = swept == sweep_result::complete ? "complete" : "incomplete";
        return sweeps.Add({{"account", std::string(account)}, {"result", word}});
    }

    Counter& notifications_of(std::string_view sink, notify_result ended)
    {
        const char* word = ended == notify_result::sent      ? "sent"
                           : ended == notify_result::retried ? "retried"
                           : ended == notify_result::dropped ? "dropped"
                                                             : "lost";
        return notifications.Add({{"sink", std::string(sink)}, {"result", word}});
    }

    static Counter& counter_of(Family<Counter>& family, std::string_view account)
    {
        return family.Add({{"account", std::string(account)}});
    }

    Counter& requests_of(std::string_view account, std::string_view method, unsigned status)
    {
        return api_requests.Add({{"account", std::string(account)},
                                 {"method", std::string(method)},
                                 {"code", code_label(status)}});
    }

    static Histogram& histogram_of(Family<Histogram>& family, std::string_view account,
                                   const Histogram::BucketBoundaries& buckets)
    {
        return family.Add({{"account", std::string(account)}}, buckets);
    }
};

metrics::metrics() : series_(std::make_unique<series>())
{
    declare(series_->registry, prometheus::BuildGauge(), declared::build_info)
        .Add({{"version", std::string(version)}, {"revision", std::string(revision)}})
        .Set(1);
    if (const process_facts facts = read_process(); facts.started)
        series_->started = unix_time_of(*facts.started);
    for (const char* kind : {"findings", "unseen_findings", "event_findings", "recent_findings", "actions",
                             "audit_events", "secrets", "events"})
        forgotten(kind, 0);
}

metrics::~metrics() = default;

void metrics::watch(std::string_view account)
{
    constexpr unsigned no_answer = 0, fine = 200, too_many = 429;
    for (const unsigned status : {no_answer, fine, too_many})
        series_->requests_of(account, "GET", status);
    // The sum over an account without findings is 0, not absent, also of one kind and severity. By resource
    // there would be thousands of them.
    for (const auto level : names_of<severity>.values)
        for (const auto kind : names_of<deviation_kind>.values)
            series_->findings_opened.Add({{"account", std::string(account)},
                                          {"kind", std::string(kind)},
                                          {"severity", std::string(level)}});
    for (const auto state : names_of<action_state>.values)
        if (is_counted(*value_named<action_state>(state)))
            series_->quarantine_actions.Add(
                {{"account", std::string(account)}, {"result", std::string(state)}});
    series_->sweeps_of(account, sweep_result::complete);
    series_->sweeps_of(account, sweep_result::incomplete);
    series::counter_of(series_->audit_events, account);
    series::counter_of(series_->audit_unconfirmed, account);
    series::histogram_of(series_->sweep_duration, account, sweep_seconds);
    series::histogram_of(series_->detection_delay, account, delay_seconds);
    series::histogram_of(series_->api_request_duration, account, request_seconds);
}

void metrics::api_answer(std::string_view account, std::string_view method, unsigned status,
                         std::chrono::nanoseconds took)
{
    series_->requests_of(account, method, status).Increment();
    series::histogram_of(series_->api_request_duration, account, request_seconds).Observe(seconds(took));
}

void metrics::watch_sink(std::string_view sink)
{
    for (const auto ended :
         {notify_result::sent, notify_result::retried, notify_result::dropped, notify_result::lost})
        series_->notifications_of(sink, ended);
}

void metrics::notified(std::string_view sink, notify_result ended, std::size_t times)
{
    series_->notifications_of(sink, ended).Increment(static_cast<double>(times));
}

void metrics::audit_event_seen(std::string_view account)
{
    series::counter_of(series_->audit_events, account).Increment();
}

void metrics::audit_event_unconfirmed(std::string_view account)
{
    series::counter_of(series_->audit_unconfirmed, account).Increment();
}

void metrics::action_came(const action& action)
{
    if (!is_counted(action.state))
        return;
    series_->quarantine_actions
        .Add({{"account", action.account},
              {"resource", action.resource},
              {"mode", std::string(name_of(action.mode))},
              {"result", std::string(name_of(action.state))}})
        .Increment();
}

void metrics::forgotten(std::string_view kind, std::size_t count)
{
    series_->state_forgotten.Add({{"kind", std::string(kind)}}).Increment(static_cast<double>(count));
}

void metrics::finding_opened(std::string_view account, const finding_labels& labels)
{
    series_->findings_opened
        .Add({{"account", std::string(account)},
              {"resource", labels.resource},
              {"kind", labels.kind},
              {"severity", labels.severity}})
        .Increment();
}

void metrics::sweep_ended(std::string_view account, sweep_result swept, std::chrono::nanoseconds took)
{
    series_->sweeps_of(account, swept).Increment();
    series::histogram_of(series_->sweep_duration, account, sweep_seconds).Observe(seconds(took));
}

void metrics::detected(std::string_view account, std::chrono::nanoseconds delay)
{
    series::histogram_of(series_->detection_delay, account, delay_seconds).Observe(seconds(delay));
}

std::string metrics::exposition(const gauge_state& now) const
{
    auto families = series_->registry.Collect();
    append(families, gauges_of(now));
    append(families, process_families(read_process(), series_->started));
    return exposition_of(families);
}

}  // namespace trunkwarden
