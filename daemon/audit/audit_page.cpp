#include "audit/audit_page.hpp"

#include <fmt/format.h>

#include "audit/audit_words.hpp"
#include "snapshot/answer_form.hpp"
#include "snapshot/item_members.hpp"
#include "snapshot/json_reader.hpp"
#include "snapshot/page_meta.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

namespace dom = simdjson::dom;

// Limits of one event; an intruder in the account writes names and values into it.
constexpr std::size_t max_changes = 200;
constexpr int deepest_change = 4;

failure not_understood(std::string sentence)
{
    return {errc::not_understood, std::move(sentence)};
}

// The text of a member that names something: a string, or an id sent as a whole number. Anything else is no
// name.
std::string word(json_element item, std::string_view key)
{
    json_element value;
    if (item[key].get(value) != simdjson::SUCCESS)
        return {};
    return value.is_string() || value.is_int64() || value.is_uint64() ? safe_name(scalar_text(value))
                                                                      : std::string{};
}

// The part of a value that is kept (audit_event.hpp). Absent is null.
std::string kept(const std::optional<json_element>& value)
{
    if (!value || value->is_null())
        return {};
    if (value->is_bool())
        return bool(*value) ? "true" : "false";
    return std::string(redacted);
}

std::optional<json_element> member(const std::optional<json_element>& parent, std::string_view key)
{
    json_element value;
    dom::object object;
    if (!parent || parent->get_object().get(object) != simdjson::SUCCESS ||
        object.at_key(key).get(value) != simdjson::SUCCESS)
        return std::nullopt;
    return value;
}

bool same(const std::optional<json_element>& a, const std::optional<json_element>& b)
{
    const auto text = [](const std::optional<json_element>& value) {
        return value ? simdjson::minify(*value) : std::string("null");
    };
    return text(a) == text(b);
}

// 0 for what is no object, or too large a one to be a setting: looking members up is slow in those.
std::size_t members(const std::optional<json_element>& parent)
{
    dom::object object;
    if (!parent || parent->get_object().get(object) != simdjson::SUCCESS || object.size() > max_changes)
        return 0;
    return object.size();
}

struct change_values {
    std::optional<json_element> from;
    std::optional<json_element> to;
    bool nested() const { return members(from) + members(to) > 0; }
};

// A whole object as value, {"security": {"two_factor": true}}, is what its members say: otherwise the one
// that matters would disappear in it.
void take_change(const std::string& field, const change_values& values, int depth,
                 std::vector<audit_change>& out)
{
    if (out.size() >= max_changes)
        return;
    if (!values.nested() || depth >= deepest_change) {
        out.push_back({cut_word(field), kept(values.from), kept(values.to)});
        return;
    }
    const auto before = out.size();
    const auto descend = [&](std::string_view name) {
        const change_values inner{member(values.from, name), member(values.to, name)};
        if (!same(inner.from, inner.to))
            take_change(fmt::format("{}.{}", field, safe_name(name)), inner, depth + 1, out);
    };
    dom::object object;
    if (members(values.to) > 0 && values.to->get_object().get(object) == simdjson::SUCCESS)
        for (const auto& [name, value] : object)
            descend(name);
    if (members(values.from) > 0 && values.from->get_object().get(object) == simdjson::SUCCESS)
        for (const auto& [name, value] : object)
            if (!member(values.to, name))
                descend(name);
    if (out.size() == before)  // an empty object, or nothing in it differs: the change itself still counts
        out.push_back({cut_word(field), kept(values.from), kept(values.to)});
}

void take_changes(json_element changes, int depth, std::vector<audit_change>& out)
{
    dom::array items;
    if (changes.get_array().get(items) == simdjson::SUCCESS) {
        if (depth < deepest_change)
            for (const json_element item : items)
                take_changes(item, depth + 1, out);
        return;
    }
    if (!changes.is_object())
        return;
    const auto field = word(changes, "field");
    if (!field.empty())
        take_change(field, {member(changes, "from"), member(changes, "to")}, 0, out);
}

// An older page of Telnyx's documents has resource_type, and today's record_type may name the event itself.
std::string type_of_resource(json_element item)
{
    auto type = word(item, "resource_type");
    if (type.empty())
        type = word(item, "record_type");
    return type == "audit_event" ? std::string{} : type;
}

std::optional<audit_event> read_event(json_element item)
{
    item_members members;
    if (!members.read(item) || members.repeated({}))
        return std::nullopt;
    const auto made = parse_time(word(item, "created_at"));
    audit_event out;
    out.id = word(item, "id");
    if (out.id.empty() || !made)
        return std::nullopt;
    out.by = {word(item, "user_id"), word(item, "change_made_by"), *made};
    out.change_type = word(item, "change_type");
    out.resource_id = word(item, "resource_id");
    out.alternate_id = word(item, "alternate_resource_id");
    out.record_type = type_of_resource(item);
    json_element changes;
    if (item["changes"].get(changes) == simdjson::SUCCESS)
        take_changes(changes, 0, out.changes);
    return out;
}

}  // namespace

result<audit_page> parse_audit_page(const std::string& body)
{
    json_reader reader;
    const auto root = reader.parse(body, deepest_list);
    if (!root)
        return failure{root.error().kind, "the audit log: " + root.error().message};
    dom::array items;
    if (!root->is_object() || (*root)["data"].get_array().get(items) != simdjson::SUCCESS)
        return not_understood("the audit log's answer has no \"data\" array; " + form_of(*root));

    audit_page out;
    if (!read_meta(*root, out.facts))
        out.facts = {};  // the events are there all the same
    for (const json_element item : items) {
        ++out.facts.items;
        if (auto event = read_event(item))
            out.events.push_back(*std::move(event));
        else if (out.unreadable++ == 0)
            out.first_unreadable = out.facts.items;
    }
    return out;
}

std::string audit_target(time_point after, std::size_t number, std::size_t page_size)
{
    // With milliseconds: a server that compares times as text puts "10:00:00.123Z" before "10:00:00Z".
    auto from = rfc3339_milliseconds(after);
    for (auto colon = from.find(':'); colon != std::string::npos; colon = from.find(':', colon + 3))
        from.replace(colon, 1, "%3A");
    return fmt::format(
        "/audit_events?filter%5Bcreated_after%5D={}&sort=asc&page%5Bnumber%5D={}&page%5Bsize%5D={}", from,
        number, page_size);
}

}  // namespace trunkwarden
