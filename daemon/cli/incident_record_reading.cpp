#include "cli/incident_record_reading.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <string_view>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "catalogue/names.hpp"
#include "cli/control_client.hpp"
#include "cli/history_reading.hpp"
#include "cli/incident_events.hpp"
#include "state/state_file.hpp"
#include "support/escape.hpp"
#include "support/json_member.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto incident_span = std::chrono::hours(24 * 7);

// Open ones, and those that resolved within the last days.
result<std::vector<finding>> findings_kept(const std::string& account, const settings& configured,
                                           time_point now)
{
    auto all = read_findings(configured, true);
    if (!all)
        return all;
    std::erase_if(*all, [&account, now](const finding& f) {
        const bool is_over =
            f.status == finding_status::resolved && f.resolved_at.value_or(f.last_seen) < now - incident_span;
        return f.account != account || is_over;
    });
    return all;
}

std::string_view moment_in(const json::value& event)
{
    return string_at(event.as_object(), "at");
}

// Those of other accounts are left out.
void add_events(const json::object& page, const std::string& account, incident_events& to)
{
    const auto of_page = objects_at(page, "events");
    for (auto event = of_page.rbegin(); event != of_page.rend(); ++event)
        if (string_at(**event, "account") == account)
            to.add(**event);
}

// Which source is asked for the first page.
enum class history_source : std::uint8_t { daemon, file };

// The events of an account, or of none (""), page by page. Fails when there is not even one page.
result<json::object> read_back(const std::string& account, const settings& configured, history_source from,
                               time_point now)
{
    constexpr std::size_t page_size = 1'000;
    constexpr auto longest = 20s;
    const auto until = std::chrono::steady_clock::now() + longest;
    incident_events events;
    json::object out;
    history_selection chosen{.since = now - incident_span, .account = account, .most = page_size};
    for (bool is_first = true;; is_first = false) {
        auto page = from == history_source::file ? read_kept_history(chosen, configured)
                                                 : read_history(chosen, configured, [](const failure&) {});
        if (!page && is_first)
            return page;
        if (!page) {
            out["earlier"] = view(chosen.before);
            break;
        }
        if (is_from_the_file(*page))
            from = history_source::file;
        add_events(*page, account, events);
        chosen.before = string_at(*page, "earlier");
        if (is_first)
            out = *std::move(page);
        if (chosen.before.empty() || std::chrono::steady_clock::now() > until) {
            out["earlier"] = or_null(chosen.before);
            break;
        }
    }
    out["events"] = events.take();
    out["left_out"] = events.left_out();
    return out;
}

json::array merged(const json::array& a, const json::array& b)
{
    json::array out;
    out.reserve(a.size() + b.size());
    std::ranges::merge(a, b, std::back_inserter(out), {}, moment_in, moment_in);
    return out;
}

// The events of the account, and those of the daemon as a whole: a freeze, a reload, a stop.
result<json::object> history_kept(const std::string& account, const settings& configured, time_point now)
{
    auto out = read_back(account, configured, history_source::daemon, now);
    if (!out)
        return out;
    const auto from = is_from_the_file(*out) ? history_source::file : history_source::daemon;
    auto own = read_back({}, configured, from, now);
    if (!own)
        return own;
    (*out)["events"] = merged(out->at("events").as_array(), own->at("events").as_array());
    (*out)["left_out"] =
        out->at("left_out").to_number<std::size_t>() + own->at("left_out").to_number<std::size_t>();
    if (out->at("earlier").is_null())
        (*out)["earlier"] = std::move(own->at("earlier"));
    return out;
}

incident_record::run run_of(const std::filesystem::path& report)
{
    constexpr std::size_t most = 64UL * 1024 * 1024;
    incident_record::run out;
    out.file = report.stem().string() + ".md";
    const auto text = read_text_file(report, most);
    if (!text)
        return out;
    json::error_code failed;
    auto parsed = json::parse(*text, failed);
    if (!failed && parsed.is_object())
        out.said = std::move(parsed.get_object());
    return out;
}

}  // namespace

incident_record read_incident_record(const std::string& account, const settings& configured,
                                     const lockdown_folder& folder, time_point now)
{
    incident_record out;
    if (auto findings = findings_kept(account, configured, now))
        out.findings = *std::move(findings);
    else
        out.trouble = findings.error().message;
    if (auto history = history_kept(account, configured, now))
        out.history = *std::move(history);
    else if (!out.trouble)
        out.trouble = history.error().message;
    std::ranges::transform(folder.reports(), std::back_inserter(out.earlier), run_of);
    return out;
}

namespace {

json::object change_json(const own_change& change)
{
    json::object out;
    out["stage"] = view(name_of(change.now));
    for (const auto& [name, text] :
         {std::pair("object_id", &change.object_id), std::pair("user_id", &change.user_id),
          std::pair("left", &change.left), std::pair("date_before", &change.date_before),
          std::pair("date_after", &change.date_after), std::pair("secret", &change.secret)})
        if (!text->empty())
            out[name] = view(*text);
    json::array fields;
    for (const auto& field : change.fields)
        fields.emplace_back(view(field));
    out["fields"] = std::move(fields);
    return out;
}

bool post_step(const std::filesystem::path& control_socket, const json::object& body)
{
    http_query query;
    query.method = "POST";
    query.target = "/api/v1/history";
    query.body = json::serialize(body);
    const auto answer = ask_daemon(control_socket, query, {.time = 2s});
    return answer && answer->status == 200;
}

}  // namespace

bool tell_daemon_of_change(const std::filesystem::path& control_socket, const std::string& account,
                           const own_change& change)
{
    json::object body;
    body["account"] = view(account);
    body["resource"] = view(change.resource);
    body["change"] = change_json(change);
    return post_step(control_socket, body);
}

bool tell_daemon_of_step(const std::filesystem::path& control_socket, const std::string& account,
                         const lockdown_outcome& step)
{
    constexpr std::size_t longest = 900;
    json::object body;
    body["account"] = view(account);
    if (find_resource(step.item.kind) != nullptr)
        body["resource"] = view(step.item.kind);
    const auto sentence = printable(fmt::format("{}: {}{}{}", name_of(step.went), step.item.words,
                                                step.detail.empty() ? "" : "; ", step.detail),
                                    longest);
    body["sentence"] = view(sentence);
    if (!step.change.resource.empty())
        body["change"] = change_json(step.change);
    return post_step(control_socket, body);
}

}  // namespace trunkwarden
