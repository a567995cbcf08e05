#include "cli/report_reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "cli/control_client.hpp"
#include "cli/history_reading.hpp"
#include "findings/finding_json.hpp"
#include "state/state_file.hpp"
#include "support/json_member.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// So many events are read, the newest: some weeks of a busy account.
constexpr std::size_t most_events = 100'000;

// A part of the history, made of some answers.
struct history_part {
    std::vector<history_event> events = {};  // the oldest first
    std::optional<time_point> as_of = {};    // of a state file
    optional_reason trouble = {};
    std::optional<time_point> known_from = {};  // there are more events before it
};

void add_answer(history_part& to, const json::object& answer)
{
    if (is_from_the_file(answer))
        to.as_of = parse_time(string_at(answer, "as_of"));
    if (const auto trouble = string_at(answer, "trouble"); !to.trouble && !trouble.empty())
        to.trouble = trouble;
    auto events = events_of(answer);
    if (!string_at(answer, "earlier").empty() && !events.empty())
        to.known_from = std::max(to.known_from.value_or(events.front().at), events.front().at);
    std::ranges::move(events, std::back_inserter(to.events));
    std::ranges::stable_sort(to.events, {}, &history_event::at);
}

class material_reader {
public:
    material_reader(const settings& configured, const std::function<void(const failure&)>& unanswered)
        : configured_(configured), unanswered_(unanswered)
    {
    }

    // Of one account: its own events and those of no account, which say when the daemon did not run.
    result<history_part> read(history_selection chosen, const std::string& account);
    result<std::vector<open_finding_record>> read_open_findings() const;
    daemon_now read_now(const report_period& period) const;
    bool has_daemon() const { return has_daemon_; }

private:
    result<json::object> ask(const history_selection& chosen);
    result<json::object> ask_for_object(const char* target) const;

    const settings& configured_;
    const std::function<void(const failure&)>& unanswered_;
    bool has_daemon_ = true;
};

result<json::object> material_reader::ask(const history_selection& chosen)
{
    if (!has_daemon_)
        return read_kept_history(chosen, configured_);
    return read_history(chosen, configured_, [this](const failure& why) {
        has_daemon_ = false;
        unanswered_(why);
    });
}

result<history_part> material_reader::read(history_selection chosen, const std::string& account)
{
    history_part out;
    if (!account.empty()) {
        chosen.account = account;
        const auto own = ask(chosen);
        if (!own)
            return own.error();
        add_answer(out, *own);
        chosen.account = "";
    }
    const auto rest = ask(chosen);
    if (!rest)
        return rest.error();
    add_answer(out, *rest);
    return out;
}

result<std::vector<open_finding_record>> material_reader::read_open_findings() const
{
    if (has_daemon_) {
        const auto told = ask_api(configured_.control_socket, {"GET", "/api/v1/findings", ""});
        if (!told)
            return told.error();
        if (!told->is_array())
            return failure{errc::not_understood, "the daemon's findings are not understood"};
        return open_findings_of(told->get_array());
    }
    const auto kept = read_findings(configured_, false);
    if (!kept)
        return kept.error();
    json::array said;
    for (const auto& each : *kept)
        said.push_back(to_json(each));
    return open_findings_of(said);
}

result<json::object> material_reader::ask_for_object(const char* target) const
{
    auto told = ask_api(configured_.control_socket, {"GET", target, ""});
    if (!told)
        return told.error();
    if (!told->is_object())
        return failure{errc::not_understood, "the daemon's answer is not understood"};
    return std::move(told->get_object());
}

// The state keeps neither the coverage nor the spending of a day that is not over.
daemon_now material_reader::read_now(const report_period& period) const
{
    daemon_now out;
    if (!has_daemon_)
        return out;
    const auto coverage = ask_for_object("/api/v1/coverage");
    const auto status = ask_for_object("/api/v1/status");
    if (!coverage || !status) {
        out.trouble = (coverage ? status.error() : coverage.error()).message;
        return out;
    }
    out.coverage = coverage_of(*coverage, period.account);
    if (!period.is_over)
        out.today = spending_today_of(*status, period.account);
    return out;
}

void read_around(report_material& material, material_reader& reader)
{
    constexpr std::size_t most_of_the_daemon = 1'000;  // of a kind that nobody in the account can make
    const auto& period = material.period;
    auto& around = material.around;
    const history_selection chosen{
        .account = "", .most = most_of_the_daemon, .before = before_moment(period.from)};
    auto daemon = reader.read(chosen, "");
    if (daemon)
        around.daemon = std::move(daemon->events);
    else
        around.trouble = daemon.error().message;
    auto open = reader.read_open_findings();
    if (open)
        around.open = *std::move(open);
    else
        around.trouble = open.error().message;
    around.now = reader.read_now(period);
    if (!period.is_over)
        return;
    const history_selection later{.since = period.to, .most = most_events};
    auto after = reader.read(later, period.account);
    if (!after) {
        around.trouble = after.error().message;
        return;
    }
    if (after->known_from)
        around.trouble = "there are more events after this time than a report reads";
    around.after = std::move(after->events);
    // The daemon is asked in whole seconds.
    std::erase_if(around.after, [&period](const history_event& event) { return event.at < period.to; });
}

}  // namespace

result<report_material> read_report_material(report_period period, const settings& configured,
                                             const std::function<void(const failure&)>& unanswered)
{
    material_reader reader(configured, unanswered);
    const history_selection chosen{.since = period.from,
                                   .most = most_events,
                                   .before = period.is_over ? before_moment(period.to) : std::string()};
    auto part = reader.read(chosen, period.account);
    if (!part)
        return part.error();
    period.by_state_file = !reader.has_daemon();
    if (part->as_of)
        period.to = std::min(period.to, *part->as_of);
    period.trouble = part->trouble;
    period.known_from = part->known_from;
    report_material out{.events = std::move(part->events), .period = std::move(period)};
    read_around(out, reader);
    return out;
}

}  // namespace trunkwarden
