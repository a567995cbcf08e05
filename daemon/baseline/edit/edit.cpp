#include "baseline/edit/edit.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "baseline/accepts.hpp"
#include "baseline/edit/acceptance_check.hpp"
#include "baseline/edit/acceptance_plan.hpp"
#include "baseline/edit/entry_edit.hpp"
#include "baseline/edit/scalar_style.hpp"
#include "baseline/edit/text_edit.hpp"
#include "baseline/edit/value_edit.hpp"
#include "baseline/file/baseline_file.hpp"
#include "baseline/file/read_value.hpp"
#include "baseline/match.hpp"
#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"
#include "support/escape.hpp"
#include "support/result.hpp"

namespace trunkwarden {

namespace {

using edits = std::vector<text_edit>;

// `beside` is added in brackets; "" for nothing.
std::string acceptance_note(const acceptance_terms& terms, std::string_view beside)
{
    constexpr std::size_t max_reason = 400;
    return fmt::format("accepted {}{}: {}{}", iso_date(terms.today),
                       terms.approved_by.empty() ? "" : " by " + printable(terms.approved_by),
                       printable(terms.reason, max_reason),
                       beside.empty() ? "" : fmt::format(" ({})", beside));
}

std::string annotation(const acceptance_terms& terms, std::string_view was)
{
    return acceptance_note(terms, was.empty() ? "" : fmt::format("was {}", was));
}

std::string shown(const watched_field& field, const constraint& wanted)
{
    std::string out;
    for (const auto& value : wanted.any_of)
        out += (out.empty() ? "" : " or ") +
               (value.text.empty() ? std::string("\"\"") : for_display(field.kind, value.text));
    return printable(out, 160);
}

bool reads_as(const resource_type& type, std::uint16_t field, const std::string& written,
              std::string_view value)
{
    const auto kind = type.fields[field].kind;
    if (holds_a_set(kind)) {
        const auto member = read_member(kind, written);
        return member && *member == value;
    }
    const auto read = read_value(kind, written);
    return read && read->text == value;
}

// A set that is a list: the members that go, and those that come.
list_change change_of_set(const resource_type& type, std::uint16_t field, const yaml_node& list,
                          const std::string& value)
{
    list_change out;
    const auto members = members_of(value);
    for (std::size_t at = 0; at < list.items.size(); ++at)
        if (std::ranges::none_of(members, [&](std::string_view member) {
                return reads_as(type, field, list.items[at].text, member);
            }))
            out.gone.push_back(at);
    for (const auto member : members)
        if (std::ranges::none_of(
                list.items, [&](const yaml_node& item) { return reads_as(type, field, item.text, member); }))
            out.fresh.push_back(line_of(type, field, member).values.front());
    return out;
}

// One entry while it is edited.
class entry_editor {
public:
    entry_editor(const baseline_text& in, std::size_t entry, const acceptance_terms& terms, edits& out)
        : in_(in), entry_(entry), terms_(terms), out_(out), tree_(tree_of(in.text, in.type.name, entry))
    {
    }

    result<void> set_field(std::uint16_t field, const entry& before, const entry& after);
    result<void> set_expiry(const std::optional<day>& before, const std::optional<day>& after);
    result<void> drop_pins(const std::vector<std::string>& still);

private:
    result<void> set_set(const yaml_member& key, std::uint16_t field, const std::string& value);
    result<void> add_key(std::string_view line);
    result<void> remove_key(const yaml_member& key);
    void explain(std::size_t at, std::string_view was)
    {
        out_.push_back(comment_over(in_.text, at, annotation(terms_, was)));
    }

    const baseline_text& in_;
    std::size_t entry_;
    const acceptance_terms& terms_;
    edits& out_;
    yaml_node tree_;
};

result<void> entry_editor::set_field(std::uint16_t field, const entry& before, const entry& after)
{
    const auto& about = in_.type.fields[field];
    const auto* const key = find_member(tree_, about.name);
    if (key == nullptr)
        return bad_usage("{} is not found in the entry of line {}", about.name, before.line);
    const auto old = std::ranges::find(before.where, field, &constraint::field);
    const auto fresh = std::ranges::find(after.where, field, &constraint::field);
    explain(key->at.offset, shown(about, *old));
    const auto& value = fresh->any_of.back().text;
    if (holds_a_set(about.kind))
        return set_set(*key, field, value);
    const auto written = line_of(in_.type, field, value).values.front();
    if (old->any_of.size() > 1)
        return change_list(in_.text, *key, {{}, {written}}, out_);
    return set_one(in_.text, *key, written, out_);
}

result<void> entry_editor::set_set(const yaml_member& key, std::uint16_t field, const std::string& value)
{
    if (key.value.is == yaml_node::form::list)
        return change_list(in_.text, key, change_of_set(in_.type, field, key.value, value), out_);
    const auto members = line_of(in_.type, field, value).values;
    if (members.size() == 1)
        return set_one(in_.text, key, members.front(), out_);
    const auto before = out_.size();
    auto replaced = set_one(in_.text, key, "x", out_);
    if (!replaced)
        return replaced;
    auto& list = out_[before].text;  // an "x", perhaps with a space or quotes around it
    std::string in_brackets = list.starts_with(' ') ? " [" : "[";
    for (const auto& member : members)
        in_brackets += (in_brackets.ends_with('[') ? "" : ", ") + scalar_in_style(member, 0);
    list = in_brackets + ']';
    return {};
}

result<void> entry_editor::set_expiry(const std::optional<day>& before, const std::optional<day>& after)
{
    if (before == after)
        return {};
    const auto* const key = find_member(tree_, "expires");
    if (key == nullptr && after)
        return add_key("expires: " + iso_date(*after));
    if (key == nullptr)
        return bad_usage("the key expires is not found");
    explain(key->at.offset, "trusted until " + (before ? iso_date(*before) : std::string("further notice")));
    return after ? set_one(in_.text, *key, iso_date(*after), out_) : remove_key(*key);
}

// At the end of the entry.
result<void> entry_editor::add_key(std::string_view line)
{
    const auto& place = find(in_.layout, in_.type.name)->entries[entry_];
    if (in_.text[place.at] == '{') {
        const auto end = end_of_flow(in_.text, place.at);
        if (!end)
            return bad_usage("the end of the entry is not found");
        const auto last = in_.text.find_last_not_of(" \t\r\n", *end - 2);
        out_.push_back({last + 1, 0, fmt::format("{} {}", in_.text[last] == ',' ? "" : ",", line)});
        return {};
    }
    const std::string margin(column_of(in_.text, tree_.members.front().at.offset), ' ');
    out_.push_back({end_of_entry(in_, entry_), 0, fmt::format("{}{}{}", newline_of(in_.text), margin, line)});
    return {};
}

result<void> entry_editor::remove_key(const yaml_member& key)
{
    const auto place = scalar_at(in_.text, key.value.at.offset, key.value.text);
    const auto at = static_cast<std::size_t>(&key - tree_.members.data());
    if (!place || at >= tree_.members.size())
        return bad_usage("the key {} is written in an unusual way", key.name);
    const auto line = line_at(in_.text, key.at.offset);
    const auto before = in_.text.substr(line.begin, key.at.offset - line.begin);
    const auto behind = in_.text.substr(place->end, std::max(line.end, place->end) - place->end);
    const auto ink = behind.find_first_not_of(" \t");
    const bool ends_line = ink == std::string_view::npos || behind[ink] == '#';
    if (before.find_first_not_of(' ') == std::string_view::npos && ends_line) {
        const auto last = line_at(in_.text, place->end);
        out_.push_back({line.begin, last.next - line.begin, ""});
        return {};
    }
    if (at + 1 < tree_.members.size()) {
        const auto next = tree_.members[at + 1].at.offset;
        if (in_.text.substr(place->end, next - place->end).find('#') != std::string_view::npos)
            return bad_usage("a comment follows the day the entry ran out on");
        out_.push_back({key.at.offset, next - key.at.offset, ""});
        return {};
    }
    const auto comma = at == 0 ? std::string_view::npos : in_.text.rfind(',', key.at.offset);
    if (comma == std::string_view::npos ||
        in_.text.substr(comma + 1, key.at.offset - comma - 1).find_first_not_of(" \t\r\n") !=
            std::string_view::npos)
        return bad_usage("the key expires is the only one of its entry");
    out_.push_back({comma, place->end - comma, ""});
    return {};
}

result<void> entry_editor::drop_pins(const std::vector<std::string>& still)
{
    const auto* key = find_member(tree_, "id");
    const auto identity = std::ranges::find(in_.type.fields, in_.type.id, &watched_field::name);
    const bool by_field = key == nullptr && identity != in_.type.fields.end();
    if (key == nullptr)
        key = find_member(tree_, in_.type.id);
    if (key == nullptr || key->value.is != yaml_node::form::list)
        return bad_usage("the entry names several objects in an unusual way");
    list_change change;
    for (std::size_t at = 0; at < key->value.items.size(); ++at) {
        const auto& written = key->value.items[at].text;
        const auto read = by_field ? read_value(identity->kind, written) : accepted_value{};
        const auto pin = by_field ? (read ? read->text : written) : unescaped(written);
        if (std::ranges::find(still, pin) == still.end())
            change.gone.push_back(at);
    }
    return change_list(in_.text, *key, change, out_);
}

// The last entry that hangs on what the object hangs on, or the last of all.
std::size_t most_alike(const resource_type& type, const std::vector<entry>& entries, const entry& added)
{
    std::size_t best = 0;
    std::size_t most = 0;
    for (std::size_t at = 0; at < entries.size(); ++at) {
        std::size_t alike = 0;
        for (const auto& wanted : added.where)
            if (type.fields[wanted.field].kind == value_kind::identifier &&
                !wanted.any_of.front().text.empty())
                for (const auto& other : entries[at].where)
                    alike += other.field == wanted.field &&
                                     accepts(value_kind::identifier, other, wanted.any_of.front().text)
                                 ? 1
                                 : 0;
        if (alike >= most) {
            most = alike;
            best = at;
        }
    }
    return best;
}

// The edit to carry out, and the entries that it changes.
struct planned_edit {
    const std::vector<entry>& entries;
    const acceptance_plan& plan;
    const untrusted_object& seen;
};

result<void> carry_out_step(const baseline_text& in, const acceptance_plan::step& step, const entry& before,
                            const acceptance_terms& terms, edits& out)
{
    entry_editor editor(in, step.index, terms, out);
    for (const auto field : step.fields)
        if (auto done = editor.set_field(field, before, *step.after); !done)
            return done;
    if (before.pins.size() != step.after->pins.size())
        return editor.drop_pins(step.after->pins);
    return editor.set_expiry(before.expires, step.after->expires);
}

// No entry is left that could have the reason, so it is written over the section.
text_edit explain_absence(const baseline_text& in, std::string_view id, const acceptance_terms& terms)
{
    constexpr std::size_t max_id = 100;
    return comment_over(in.text, find(in.layout, in.type.name)->key,
                        acceptance_note(terms, printable(id, max_id) + " is gone"));
}

result<void> carry_out(const baseline_text& in, const planned_edit& wanted, const acceptance_terms& terms,
                       edits& out)
{
    const auto& [entries, plan, seen] = wanted;
    std::vector<std::size_t> removed;
    for (const auto& step : plan.steps) {
        if (!step.after)
            removed.push_back(step.index);
        else if (auto done = carry_out_step(in, step, entries[step.index], terms, out); !done)
            return done;
    }
    if (!removed.empty())
        if (auto done = remove_entries(in, removed, out); !done)
            return done;
    if (seen.was == untrusted_object::state::gone && !plan.steps.empty())
        out.push_back(explain_absence(in, seen.id, terms));
    if (!plan.added)
        return {};
    const bool is_split = !plan.steps.empty();
    new_entry fresh{*plan.draft, fmt::format("accepted {}: {}", iso_date(terms.today), seen.finding), 0};
    fresh.after = is_split ? plan.steps.front().index : most_alike(in.type, entries, *plan.added);
    return insert_entry(in, fresh, out);
}

std::string pasted(const entry_draft& draft, std::string_view text)
{
    return entry_text(draft, {2, newline_of(text)});
}

}  // namespace

acceptance accept(std::string_view text, std::span<const resource_type> types, const resource_type& type,
                  const untrusted_object& seen, const acceptance_terms& terms)
{
    acceptance out;
    out.text = text;
    const auto refuse = [&out](std::string why) {
        out.why = std::move(why);
        return out;
    };
    const auto was = parse_baseline(text, "", types);
    if (!was.problems.empty())
        return refuse("the baseline is not valid: " + was.problems.front().message);
    const auto& entries = was.value.entries_of(type).entries();
    const auto plan = plan_acceptance(type, was.value.entries_of(type), seen, terms);
    if (plan && plan->covered) {
        out.result = acceptance::outcome::covered;
        return out;
    }
    if (seen.was != untrusted_object::state::gone && seen.values.size() == type.fields.size())
        out.suggested_entry =
            pasted(plan && plan->draft ? *plan->draft : suggested_entry(type, seen, terms), text);
    if (!plan)
        return refuse(plan.error().message);
    const auto body = without_byte_order_mark(text);
    const auto layout = layout_of(body);
    const baseline_text in{body, layout, type};
    edits changes;
    if (const auto done = carry_out(in, {entries, *plan, seen}, terms, changes); !done)
        return refuse(done.error().message);
    auto edited = std::string(text.substr(0, text.size() - body.size())) + applied(body, std::move(changes));
    const auto is = parse_baseline(edited, "", types);
    const auto fault = fault_of_edit({text, edited, was.value, is}, {type, seen, *plan, terms.today});
    if (fault)
        return refuse(*fault);
    out.result = acceptance::outcome::edited;
    out.text = std::move(edited);
    out.suggested_entry.clear();
    return out;
}

}  // namespace trunkwarden
