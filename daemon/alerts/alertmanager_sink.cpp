#include "alerts/alertmanager_sink.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "alerts/message.hpp"
#include "alerts/sink_url.hpp"
#include "support/json_view.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::size_t max_alerts_per_request = 200;
constexpr std::size_t max_bytes_per_request = 256UL * 1024 - 2;
constexpr auto length_of_a_test = std::chrono::minutes(1);

// An end lies a little in the past: an Alertmanager whose clock is behind ours would take an end that is
// still to come for an estimate, and keep the later one it has.
constexpr auto clocks_differ_by = std::chrono::minutes(1);

// The labels of a finding that can change during its life.
struct variant {
    std::string kind;
    std::string severity;
    friend bool operator==(const variant&, const variant&) = default;
};

struct sent_variant {
    variant labels;
    time_point ends;  // without a message, as the last one about it said
};

json::object labels_of(const message& about, const variant& as)
{
    json::object out;
    out["alertname"] = "TrunkwardenFinding";
    out["account"] = view(about.account);
    out["resource"] = view(about.resource);
    out["kind"] = view(as.kind);
    out["severity"] = view(as.severity);
    out["finding_id"] = view(about.id);
    return out;
}

json::object annotations_of(const message& about)
{
    json::object out;
    out["summary"] = view(about.title);
    out["description"] = view(details_of(about));
    out["runbook_url"] = view(about.runbook_url);
    if (!about.actor.empty())
        out["actor"] = view(about.actor);
    if (!about.incident.empty())
        out["incident"] = view(about.incident);
    if (!about.incident_url.empty())
        out["incident_url"] = view(about.incident_url);
    return out;
}

time_point start_of(const message& about, time_point now)
{
    return std::min(parse_time(about.since).value_or(now), now);
}

json::object alert_of(const message& about, const variant& as, time_point now, time_point ends)
{
    const auto starts = start_of(about, now);
    json::object out;
    out["labels"] = labels_of(about, as);
    out["annotations"] = annotations_of(about);
    out["startsAt"] = view(rfc3339(starts));
    if (!about.url.empty())
        out["generatorURL"] = view(about.url);
    out["endsAt"] = view(rfc3339(std::max(ends, starts)));  // an end before the start is refused
    return out;
}

class alertmanager_sink final : public alert_sink {
public:
    alertmanager_sink(sink_url to, duration resend_interval)
        : to_(std::move(to)), resend_interval_(resend_interval)
    {
    }

    const std::string& base_url() const override { return to_.base; }
    bool wants_resending() const override { return true; }

    std::vector<http_request> requests_for(const notification& notification, time_point now) const override;
    std::vector<http_request> resend_requests(const std::vector<json::object>& open,
                                              time_point now) const override;

private:
    enum class state { firing, over };

    // An alert without an end lasts Alertmanager's resolve_timeout, 5 minutes unless somebody changed it:
    // with a longer resend_interval it would come and go. So the end is ours, four intervals ahead: two
    // messages may be lost, and a daemon that is gone does not leave alerts for ever.
    time_point end_of_open(time_point now) const { return now + 4 * resend_interval_; }

    void add(const json::object& finding, state is, time_point now, json::array& to) const;
    void end_others(const message& about, time_point now, json::array& to) const;
    std::vector<http_request> requests_with(const json::array& alerts) const;

    sink_url to_;
    duration resend_interval_;
    // By finding. A cache of the messages sent, not of the findings: without it old alerts end later, on
    // their own.
    mutable std::map<std::string, std::vector<sent_variant>, std::less<>> sent_;
};

// Ending every severity and kind there is would need no memory, but Alertmanager passes on the end of an
// alert it never had: people would read of things that never were.
void alertmanager_sink::end_others(const message& about, time_point now, json::array& to) const
{
    const variant current{about.kind, about.severity};
    const auto found = sent_.find(about.id);
    if (found == sent_.end())
        return;
    for (const auto& other : found->second)
        if (other.labels != current)
            to.push_back(alert_of(about, other.labels, now, now - clocks_differ_by));
}

void alertmanager_sink::add(const json::object& finding, state is, time_point now, json::array& to) const
{
    const auto about = message_of(finding);
    const variant current{about.kind, about.severity};
    if (is == state::over) {
        to.push_back(alert_of(about, current, now, now - clocks_differ_by));
        return;
    }
    const auto ends = end_of_open(now);
    to.push_back(alert_of(about, current, now, ends));
    // Other variants stay until they would have ended anyway: the message that ends them may have to be sent
    // again.
    auto& sent = sent_[about.id];
    std::erase_if(sent,
                  [&current](const sent_variant& sent_variant) { return sent_variant.labels == current; });
    sent.push_back({current, ends});
}

std::vector<http_request> alertmanager_sink::requests_with(const json::array& alerts) const
{
    std::vector<http_request> out;
    std::size_t in_last = 0;
    for (const auto& alert : alerts) {
        const auto text = json::serialize(alert);
        if (out.empty() || in_last == max_alerts_per_request ||
            out.back().body.size() + text.size() > max_bytes_per_request) {
            http_request request;
            request.method = "POST";
            request.target = fmt::format("{}/api/v2/alerts", to_.path.reveal());
            request.headers = {{"Content-Type", "application/json"}};
            request.body = "[";
            out.push_back(std::move(request));
            in_last = 0;
        }
        auto& body = out.back().body;
        body.append(in_last == 0 ? "" : ",").append(text);
        ++in_last;
    }
    for (auto& request : out)
        request.body += ']';
    return out;
}

std::vector<http_request> alertmanager_sink::requests_for(const notification& notification,
                                                          time_point now) const
{
    json::array alerts;
    if (notification.event == "test") {
        auto about = message_of(notification.findings.at(0));
        about.first.clear();  // nothing is to be done
        alerts.push_back(alert_of(about, {about.kind, about.severity}, now, now + length_of_a_test));
        return requests_with(alerts);
    }
    // Acknowledged and contained findings continue: a person still has to look, and silences are made there.
    const auto is = notification.event == "resolved" ? state::over : state::firing;
    for (const auto& finding : notification.findings) {
        end_others(message_of(finding), now, alerts);
        add(finding, is, now, alerts);
    }
    return requests_with(alerts);
}

std::vector<http_request> alertmanager_sink::resend_requests(const std::vector<json::object>& open,
                                                             time_point now) const
{
    for (auto& [id, sent] : sent_)
        std::erase_if(sent, [now](const sent_variant& sent_variant) { return sent_variant.ends <= now; });
    std::erase_if(sent_, [](const auto& finding) { return finding.second.empty(); });
    json::array alerts;
    for (const auto& finding : open)
        add(finding, state::firing, now, alerts);
    return requests_with(alerts);
}

}  // namespace

result<std::unique_ptr<alert_sink>> create_alertmanager_sink(const sink_settings& settings)
{
    auto to = read_sink_url(settings);
    if (!to)
        return to.error();
    if (!to->query.empty())
        return failure{errc::bad_usage, fmt::format("the URL of sink {} must end before the ?: "
                                                    "trunkwarden appends /api/v2/alerts",
                                                    settings.name)};
    std::string path(to->path.reveal());
    path.resize(path.find_last_not_of('/') + 1);
    to->path = secret(std::move(path));
    return std::make_unique<alertmanager_sink>(std::move(*to), settings.resend_interval);
}

}  // namespace trunkwarden
