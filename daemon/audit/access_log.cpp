#include "audit/access_log.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>

#include "audit/audit_words.hpp"
#include "snapshot/answer_form.hpp"
#include "snapshot/json_reader.hpp"
#include "snapshot/json_text.hpp"
#include "support/escape.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

// A member that names something; "" where it is no text, or too long for a name.
std::string log_word(json_element item, std::string_view key)
{
    json_element value;
    if (item[key].get(value) != simdjson::SUCCESS || !value.is_string())
        return {};
    auto text = scalar_text(value);
    return text.size() > max_audit_word ? std::string() : text;
}

// By what an audit event says of such a change; "" for a request that changes nothing.
std::string_view change_made_by(std::string_view method)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
        {{"PATCH", "update"}, {"PUT", "update"}, {"POST", "update"}, {"DELETE", "delete"}}};
    const auto found =
        std::ranges::find(known, method, &std::pair<std::string_view, std::string_view>::first);
    return found == known.end() ? std::string_view{} : found->second;
}

bool may_be_an_id(std::string_view segment)
{
    return segment.find_first_of("0123456789") != std::string_view::npos;
}

// The last segment of a path that is an id: names of lists and actions have no digits. Version prefixes
// ("v2") come first.
std::string id_in(std::string_view path)
{
    path = path.substr(0, path.find('?'));
    while (path.starts_with("/v2"))
        path.remove_prefix(3);
    while (!path.empty()) {
        const auto slash = path.rfind('/');
        const auto segment = slash == std::string_view::npos ? path : path.substr(slash + 1);
        if (may_be_an_id(segment))
            return std::string(segment);
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
    }
    return {};
}

std::optional<audit_event> read_entry(json_element item)
{
    const auto at = parse_time(log_word(item, "timestamp"));
    const auto change = change_made_by(log_word(item, "method"));
    const auto path = log_word(item, "path");
    const auto id = id_in(path);
    if (!at || change.empty() || id.empty() || log_word(item, "decision") != "allow")
        return std::nullopt;
    audit_event out;
    out.by.at = *at;
    out.by.user_id = safe_name(log_word(item, "user_id"));
    if (const auto service = log_word(item, "service_account_id"); !service.empty()) {
        out.by.user_id = safe_name(service);
        out.by.made_by = "service account";
    }
    if (out.by.user_id.empty())
        return std::nullopt;
    out.change_type = change;
    out.resource_id = safe_name(id);
    // Without the path: its query may hold a secret, and the id is logged.
    out.id =
        fmt::format("iam/{}/{}/{}/{}", rfc3339_milliseconds(*at), out.by.user_id, change, out.resource_id);
    return out;
}

}  // namespace

result<access_log_page> parse_access_log(const std::string& body)
{
    json_reader reader;
    const auto root = reader.parse(body, deepest_list);
    if (!root)
        return failure{root.error().kind, "the access log: " + root.error().message};
    simdjson::dom::array items;
    if (!root->is_object() || (*root)["data"].get_array().get(items) != simdjson::SUCCESS)
        return failure{errc::not_understood, "the access log has no \"data\" array; " + form_of(*root)};
    access_log_page out;
    for (const json_element item : items) {
        if (const auto at = parse_time(log_word(item, "timestamp")); at && (!out.newest || *at > *out.newest))
            out.newest = *at;
        if (auto event = read_entry(item))
            out.events.push_back(*std::move(event));
    }
    json_element after;
    if ((*root)["metadata"]["cursors"]["after"].get(after) == simdjson::SUCCESS && after.is_string())
        out.after = scalar_text(after);
    return out;
}

std::string access_log_target(time_point from, const std::string& after)
{
    auto out = fmt::format("/iam/access_logs?start_time={}&filter%5Bdecision%5D=allow&page%5Bsize%5D={}",
                           percent_encoded(rfc3339_milliseconds(from)), access_log_page_size);
    if (!after.empty())
        out += "&page%5Bafter%5D=" + percent_encoded(after);
    return out;
}

}  // namespace trunkwarden
