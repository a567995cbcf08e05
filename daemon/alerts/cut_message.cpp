#include "alerts/cut_message.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <utility>

#include "support/escape.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// Beside the findings and ids: names of members, version, event, delivery_id, account.
constexpr std::size_t envelope = 512;

std::string cut_text(std::string_view text, std::size_t limit, std::size_t in_all)
{
    const auto note = fmt::format("\u2026 [cut, {} bytes in all]", in_all);
    auto end = limit > note.size() ? limit - note.size() : 0;
    while (end > 0 && continues_character(text[end]))
        --end;
    return std::string(text.substr(0, end)) + note;
}

void cut_texts(json::value& any, std::size_t limit)
{
    if (auto* text = any.if_string()) {
        const auto in_all = text->size();
        // Bytes that are not UTF-8 take more room when they are shown; see notification.cpp.
        if (!simdjson::validate_utf8(text->data(), in_all))
            *text = view(printable({text->data(), std::min(in_all, limit)}, 8 * limit));
        if (in_all > limit || text->size() > limit)
            *text = view(cut_text({text->data(), text->size()}, limit, in_all));
    } else if (auto* list = any.if_array()) {
        for (auto& item : *list)
            cut_texts(item, limit);
    } else if (auto* members = any.if_object()) {
        for (auto& member : *members)
            cut_texts(member.value(), limit);
    }
}

std::size_t size_of(const json::value& any)
{
    return json::serialize(any).size();
}

std::size_t number_at(const json::object& in, std::string_view member)
{
    const auto* found = in.if_contains(view(member));
    boost::system::error_code no_number;
    const auto number = found == nullptr ? 0 : found->to_number<std::size_t>(no_number);
    return no_number ? 0 : number;
}

// Leaves fields out until the finding fits.
void cut_fields(json::object& finding, std::size_t limit)
{
    auto* found = finding.if_contains("fields");
    auto* fields = found == nullptr ? nullptr : found->if_array();
    const auto whole = size_of(finding);
    if (fields == nullptr || whole <= limit)
        return;
    constexpr std::size_t for_saying_so = 64;
    auto room = limit - std::min(limit, whole - size_of(*fields) + for_saying_so);
    std::size_t kept = 0;
    for (; kept < fields->size(); ++kept) {
        const auto its = size_of((*fields)[kept]) + 1;
        if (its > room)
            break;
        room -= its;
    }
    const auto left_out = fields->size() - kept;
    fields->resize(kept);
    finding["fields_left_out"] = left_out + number_at(finding, "fields_left_out");
}

// As JSON, with its severity.
std::size_t size_of_id(const notification& notification, std::size_t place)
{
    const auto severity =
        place < notification.severities.size() ? notification.severities[place].size() + 3 : 0;
    return notification.ids[place].size() + 3 + severity;
}

// Returns the size of those that stay.
std::size_t cut_ids(notification& notification, std::size_t limit)
{
    std::size_t size = 0;
    std::size_t kept = 0;
    for (; kept < notification.ids.size(); ++kept) {
        const auto more = size_of_id(notification, kept);
        if (size + more > limit)
            break;
        size += more;
    }
    notification.ids.resize(kept);
    notification.severities.resize(std::min(notification.severities.size(), kept));
    return size;
}

}  // namespace

message_limits limits_of_try(unsigned n)
{
    message_limits out;
    for (; n > 0; --n) {
        out.text = std::max<std::size_t>(out.text / 4, 128);
        out.whole /= 4;
    }
    return out;
}

notification cut_to(notification notification, const message_limits& limits)
{
    notification.in_all =
        std::max({notification.in_all, notification.ids.size(), notification.findings.size()});
    const auto ids = cut_ids(notification, limits.whole / 2);
    auto room = limits.whole - std::min(limits.whole, envelope + notification.url.size() + ids);
    std::size_t kept = 0;
    for (auto& finding : notification.findings) {
        json::value any(std::move(finding));
        cut_texts(any, limits.text);
        finding = std::move(any.get_object());
        if (kept == 0)
            cut_fields(finding, room);
        const auto size = size_of(finding) + 1;
        if (kept > 0 && size > room)
            break;
        room -= std::min(room, size);
        ++kept;
    }
    notification.findings.resize(kept);
    return notification;
}

}  // namespace trunkwarden
