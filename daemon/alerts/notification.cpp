#include "alerts/notification.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <simdjson.h>
#include <utility>

#include "findings/links.hpp"
#include "support/escape.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

constexpr std::string_view many = "opened_many";

// Boost.JSON writes any bytes. A text that is not UTF-8 would make a body that no receiver can read, and a
// delivery that is never taken.
void make_valid(json::value& any)
{
    if (auto* text = any.if_string()) {
        if (!simdjson::validate_utf8(text->data(), text->size()))
            *text = view(printable({text->data(), text->size()}, 8 * text->size()));
    } else if (auto* list = any.if_array()) {
        for (auto& item : *list)
            make_valid(item);
    } else if (auto* members = any.if_object()) {
        for (auto& member : *members)
            make_valid(member.value());
    }
}

failure not_a_notification(std::string_view why)
{
    return failure{errc::not_understood, fmt::format("the kept message is not a notification: {}", why)};
}

std::string text_of(const json::object& in, std::string_view member)
{
    const auto* found = in.if_contains(view(member));
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string{};
}

result<notification> read_one(notification out, const json::object& from)
{
    const auto* finding = from.if_contains("finding");
    if (finding == nullptr || !finding->is_object())
        return not_a_notification("it has no finding");
    out.findings.push_back(finding->get_object());
    out.account = text_of(out.findings.front(), "account");
    return out;
}

result<notification> read_many(notification out, const json::object& from)
{
    const auto* findings = from.if_contains("findings");
    const auto* ids = from.if_contains("ids");
    if (findings == nullptr || !findings->is_array() || ids == nullptr || !ids->is_array())
        return not_a_notification("it has no lists of findings and ids");
    out.account = text_of(from, "account");
    for (const auto& item : findings->get_array()) {
        if (!item.is_object())
            return not_a_notification("one of its findings is no object");
        out.findings.push_back(item.get_object());
    }
    for (const auto& item : ids->get_array()) {
        if (!item.is_string())
            return not_a_notification("one of its ids is no text");
        out.ids.emplace_back(item.get_string());
    }
    const auto* severities = from.if_contains("severities");  // an earlier version kept none
    if (severities != nullptr && severities->is_array())
        for (const auto& item : severities->get_array())
            out.severities.push_back(item.is_string() ? std::string(item.get_string()) : std::string());
    const auto* left_out = from.if_contains("ids_left_out");
    boost::system::error_code no_number;
    if (left_out != nullptr)
        out.in_all = out.ids.size() + left_out->to_number<std::size_t>(no_number);
    if (no_number)
        return not_a_notification("its ids_left_out is no number");
    return out;
}

}  // namespace

void add_links(notification& notification, const link_settings& to)
{
    notification.url = account_url(notification.account, to);
    if (notification.incident)
        notification.incident->url = incident_url(notification.incident->id, to);
    for (auto& finding : notification.findings)
        add_links(finding, to);
}

std::size_t findings_in_all(const notification& notification)
{
    return std::max({notification.in_all, notification.ids.size(), notification.findings.size()});
}

std::string to_text(const notification& notification)
{
    json::object out;
    out["version"] = 1;
    out["event"] = view(notification.event);
    out["delivery_id"] = view(notification.delivery_id);
    if (notification.event == many) {
        out["account"] = view(notification.account);
        out["url"] = or_null(notification.url);
        out["ids"] = json::array(notification.ids.begin(), notification.ids.end());
        out["severities"] = json::array(notification.severities.begin(), notification.severities.end());
        out["findings"] = json::array(notification.findings.begin(), notification.findings.end());
        const auto all = findings_in_all(notification);
        out["more"] = all - notification.findings.size();
        if (all > notification.ids.size())
            out["ids_left_out"] = all - notification.ids.size();
    } else {
        out["finding"] = notification.findings.at(0);
    }
    json::value whole(std::move(out));
    make_valid(whole);
    return json::serialize(whole);
}

result<notification> notification_of(std::string_view text)
{
    boost::system::error_code wrong;
    const auto whole = json::parse(view(text), wrong);
    if (wrong || !whole.is_object())
        return not_a_notification("it is not a JSON object");
    const auto& from = whole.get_object();
    const auto* version = from.if_contains("version");
    if (version == nullptr || *version != 1)
        return not_a_notification("its version is not 1");
    notification out;
    out.event = text_of(from, "event");
    out.delivery_id = text_of(from, "delivery_id");
    if (out.event.empty() || out.delivery_id.empty())
        return not_a_notification("it has no event or no delivery_id");
    return out.event == many ? read_many(std::move(out), from) : read_one(std::move(out), from);
}

notification test_notification(std::string delivery_id, std::string_view sink, time_point now)
{
    json::object finding;
    finding["id"] = "f-000000000000";
    finding["state"] = nullptr;
    finding["account"] = "test";
    finding["resource"] = "test";
    finding["resource_id"] = "";
    finding["label"] = view(sink);
    finding["kind"] = "unknown";
    finding["severity"] = "info";
    finding["status"] = "open";
    finding["title"] = view(
        fmt::format("Test message for the alert sink {}: nothing is wrong, nothing is to be done", sink));
    finding["fields"] = json::array{};
    finding["attack"] = "";
    finding["actor"] = nullptr;
    finding["since"] = view(rfc3339(now));
    finding["first_seen"] = view(rfc3339(now));
    finding["last_seen"] = view(rfc3339(now));
    add_links(finding, {});
    notification out;
    out.event = "test";
    out.delivery_id = std::move(delivery_id);
    out.account = "test";
    out.findings.push_back(std::move(finding));
    return out;
}

}  // namespace trunkwarden
