#include "cli/history_reading.hpp"

#include <boost/json/array.hpp>
#include <boost/url/url.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include "cli/control_client.hpp"
#include "cli/last_written.hpp"
#include "state/state_file.hpp"
#include "status/history_json.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_page = 1'000;

result<json::object> ask_for_page(const history_selection& chosen, const std::filesystem::path& socket)
{
    auto told = ask_api(socket, {"GET", history_target(chosen), ""});
    if (!told)
        return told.error();
    if (!told->is_object() || told->get_object().if_contains("events") == nullptr ||
        !told->at("events").is_array())
        return failure{errc::not_understood, "the daemon's history is not understood"};
    return std::move(told->get_object());
}

// Page by page, the newest first.
result<json::object> ask_for_history(history_selection chosen, const std::filesystem::path& socket)
{
    const auto wanted = chosen.most;
    chosen.most = std::min(wanted, largest_page);
    auto out = ask_for_page(chosen, socket);
    if (!out)
        return out;
    auto& events = out->at("events").get_array();
    while (events.size() < wanted && !string_at(*out, "earlier").empty()) {
        chosen.before = string_at(*out, "earlier");
        chosen.most = std::min(wanted - events.size(), largest_page);
        auto page = ask_for_page(chosen, socket);
        if (!page)
            return page;
        auto& earlier = page->at("events").get_array();
        if (earlier.empty())
            break;
        std::move(events.begin(), events.end(), std::back_inserter(earlier));
        events = std::move(earlier);
        (*out)["earlier"] = std::move((*page)["earlier"]);
    }
    (*out)["source"] = "daemon";
    return out;
}

}  // namespace

result<json::object> read_kept_history(const history_selection& chosen, const state_place& place)
{
    const auto page = read_history(place, chosen);
    if (!page)
        return page.error();
    auto out = history_json(*page, last_written(place));
    out["source"] = "state_file";
    return out;
}

bool is_from_the_file(const json::object& answer)
{
    const auto source = string_at(answer, "source");
    return source == "state_file" || source == "state file";  // of a history, and of an explanation
}

std::string history_target(const history_selection& chosen)
{
    boost::urls::url out("/api/v1/history");
    auto parameters = out.params();
    const auto add = [&parameters](std::string_view key, const std::string& value) {
        if (!value.empty())
            parameters.append({key, value});
    };
    add("since", chosen.since ? rfc3339(*chosen.since) : std::string());
    if (chosen.account)
        parameters.append({"account", *chosen.account});
    add("resource", chosen.resource);
    add("incident", chosen.incident);
    add("finding", chosen.finding);
    add("before", chosen.before);
    add("limit", std::to_string(chosen.most));
    return std::string(out.buffer());
}

result<json::object> read_history(const history_selection& chosen, const settings& configured,
                                  const std::function<void(const failure&)>& unanswered)
{
    auto told = ask_for_history(chosen, configured.control_socket);
    if (told || !daemon_gave_no_answer(told.error()))
        return told;
    unanswered(told.error());
    return read_kept_history(chosen, configured);
}

}  // namespace trunkwarden
