#include "baseline/edit/acceptance_plan.hpp"

#include <algorithm>
#include <utility>

#include "baseline/accepts.hpp"
#include "baseline/edit/text_edit.hpp"
#include "baseline/match.hpp"
#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

bool names_it(const std::string& pin, const untrusted_object& seen)
{
    return pin == seen.id || (!seen.address.empty() && pin == seen.address);
}

// The fields of `named` that do not accept what was seen.
std::vector<std::uint16_t> differing(const resource_type& type, const entry& named,
                                     const untrusted_object& seen)
{
    std::vector<std::uint16_t> out;
    for (const auto& wanted : named.where)
        if (const auto& value = seen.values[wanted.field];
            value && !accepts(type.fields[wanted.field].kind, wanted, *value))
            out.push_back(wanted.field);
    return out;
}

bool is_known_whole(const resource_type& type, const untrusted_object& seen)
{
    for (std::size_t at = 0; at < type.fields.size(); ++at)
        if (type.fields[at].kind != value_kind::secret && !seen.values[at])
            return false;
    return true;
}

// One value is replaced: the old one is not trusted any more. To a list of values, of which any will do, the
// new one is added. A set is compared as a whole.
constraint now_accepting(const watched_field& field, const constraint& before, const std::string& value)
{
    const accepted_value exact{accepted_value::form::exact, value};
    constraint out = before;
    if (holds_a_set(field.kind) || before.any_of.size() <= 1)
        out.any_of = {exact};
    else
        out.any_of.push_back(exact);
    return out;
}

void take_terms(entry& into, const acceptance_terms& terms)
{
    into.reason = terms.reason;
    into.approved_by = terms.approved_by;
    if (terms.expires)
        into.expires = terms.expires;
}

void write_notes(const entry& from, entry_draft& into)
{
    if (!from.reason.empty())
        into.lines.push_back({"reason", {from.reason}});
    if (!from.approved_by.empty())
        into.lines.push_back({"approved_by", {from.approved_by}});
    if (!from.ticket.empty())
        into.lines.push_back({"ticket", {from.ticket}});
    if (from.expires)
        into.lines.push_back({"expires", {iso_date(*from.expires)}});
}

std::vector<std::string_view> known_values(const untrusted_object& seen)
{
    std::vector<std::string_view> out;
    for (const auto& value : seen.values)
        out.push_back(value ? std::string_view(*value) : std::string_view{});
    return out;
}

bool is_named_by_field(const resource_type& type)
{
    return std::ranges::find(type.fields, type.id, &watched_field::name) != type.fields.end();
}

// The meaning of the entry that draft_of() writes for the object.
entry entry_for(const resource_type& type, const untrusted_object& seen)
{
    entry out;
    out.pins = {type.id.empty() ? std::string(type.name) : seen.id};
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        const auto& field = type.fields[at];
        if (field.kind == value_kind::secret)
            continue;
        if (field.name == type.id) {
            out.pins = {*seen.values[at]};
            continue;
        }
        out.where.push_back(
            {static_cast<std::uint16_t>(at), 0, {{accepted_value::form::exact, *seen.values[at]}}});
    }
    return out;
}

std::string written(const resource_type& type, std::uint16_t field, const accepted_value& value)
{
    if (value.kind != accepted_value::form::exact)
        return value.text;
    const auto line = line_of(type, field, value.text);
    return line.values.empty() ? std::string{} : line.values.front();
}

entry_draft::line line_of_constraint(const resource_type& type, const constraint& wanted)
{
    const auto& field = type.fields[wanted.field];
    if (holds_a_set(field.kind))
        return line_of(type, wanted.field, wanted.any_of.front().text);
    entry_draft::line line{std::string(field.name), {}, entry_draft::form::any_of};
    for (const auto& value : wanted.any_of)
        line.values.push_back(written(type, wanted.field, value));
    return line;
}

// An existing entry, as it would be written now.
entry_draft draft_of_entry(const resource_type& type, const entry& from)
{
    entry_draft out;
    const bool lists_it = std::ranges::any_of(
        from.where, [&type](const constraint& wanted) { return type.fields[wanted.field].name == type.id; });
    const bool by_field = is_named_by_field(type) && !lists_it;
    for (const auto& pin : from.pins)
        if (!type.id.empty() && out.lines.empty())
            out.lines.push_back({by_field ? std::string(type.id) : "id", {by_field ? pin : escaped(pin)}});
    for (const auto& wanted : from.where)
        out.lines.push_back(line_of_constraint(type, wanted));
    write_notes(from, out);
    return out;
}

result<acceptance_plan> plan_new_entry(const resource_type& type, const untrusted_object& seen,
                                       const acceptance_terms& terms)
{
    if (type.pages == paging::no_endpoint)
        return bad_usage("{} has no entries in a baseline", type.name);
    if (!is_known_whole(type, seen))
        return bad_usage(
            "no entry of the current baseline names it any more, and not all of its fields are known: "
            "let the daemon read it again (trunkwarden reload), then accept the finding that it reports");
    acceptance_plan plan;
    plan.added = entry_for(type, seen);
    take_terms(*plan.added, terms);
    plan.draft = draft_of(type, seen.id, known_values(seen));
    write_notes(*plan.added, *plan.draft);
    return plan;
}

acceptance_plan plan_change(const resource_type& type, const entry_list& trusted, std::uint32_t index,
                            const untrusted_object& seen, const acceptance_terms& terms)
{
    const auto& named = trusted.entries()[index];
    acceptance_plan plan;
    acceptance_plan::step step{index, named, {}};
    entry changed = named;
    const auto fields = differing(type, named, seen);
    for (const auto field : fields) {
        const auto at = std::ranges::find(changed.where, field, &constraint::field);
        *at = now_accepting(type.fields[field], *at, *seen.values[field]);
    }
    if (named.pins.size() == 1) {
        if (terms.expires)
            changed.expires = terms.expires;
        step.after = std::move(changed);
        step.fields = fields;
    } else {
        std::erase_if(step.after->pins, [&seen](const std::string& pin) { return names_it(pin, seen); });
        std::erase_if(changed.pins, [&seen](const std::string& pin) { return !names_it(pin, seen); });
        changed.pins.resize(1);
        if (step.after->pins.empty())
            step.after.reset();
        take_terms(changed, terms);
        plan.draft = draft_of_entry(type, changed);
        plan.added = std::move(changed);
    }
    plan.steps.push_back(std::move(step));
    return plan;
}

result<acceptance_plan> plan_presence(const resource_type& type, const entry_list& trusted,
                                      const untrusted_object& seen, const acceptance_terms& terms)
{
    std::optional<std::uint32_t> differs;
    for (const auto index : trusted.naming(seen.id, seen.address)) {
        const auto& named = trusted.entries()[index];
        if (!is_in_force(named, terms.today))
            continue;
        if (differing(type, named, seen).empty()) {
            acceptance_plan nothing;
            nothing.covered = true;
            return nothing;
        }
        if (!differs)
            differs = index;
    }
    if (differs)
        return plan_change(type, trusted, *differs, seen, terms);
    return plan_new_entry(type, seen, terms);
}

result<acceptance_plan> plan_absence(const entry_list& trusted, const untrusted_object& seen)
{
    acceptance_plan plan;
    for (const auto index : trusted.pinned(seen.id)) {
        acceptance_plan::step step{index, trusted.entries()[index], {}};
        std::erase(step.after->pins, seen.id);
        if (step.after->pins.empty())
            step.after.reset();
        if (plan.steps.empty() || plan.steps.back().index != index)
            plan.steps.push_back(std::move(step));
    }
    plan.covered = plan.steps.empty();
    return plan;
}

// The whole entry is trusted again, with all that it names: it is one decision that ran out.
result<acceptance_plan> plan_renewal(const entry_list& trusted, const judgement& judged,
                                     const acceptance_terms& terms)
{
    acceptance_plan plan;
    const auto index = static_cast<std::size_t>(judged.by - trusted.entries().data());
    acceptance_plan::step step{index, *judged.by, {}};
    step.after->expires = terms.expires;
    plan.steps.push_back(std::move(step));
    return plan;
}

object_page page_with(const resource_type& type, const untrusted_object& seen)
{
    std::vector<std::string> values;
    for (const auto& value : seen.values)
        values.push_back(value.value_or(""));
    object_page page(type.fields.size());
    page.add({seen.id, seen.address.empty() ? seen.id : seen.address, "", ""}, values);
    return page;
}

}  // namespace

entry_draft::line line_of(const resource_type& type, std::uint16_t field, std::string_view value)
{
    std::vector<std::string_view> values(type.fields.size());
    values[field] = value;
    auto draft = draft_of(type, "", values);
    const auto found = std::ranges::find(draft.lines, type.fields[field].name, &entry_draft::line::key);
    return found == draft.lines.end() ? entry_draft::line{} : std::move(*found);
}

entry_draft suggested_entry(const resource_type& type, const untrusted_object& seen,
                            const acceptance_terms& terms)
{
    auto out = draft_of(type, seen.id, known_values(seen));
    std::erase_if(out.lines, [&](const entry_draft::line& line) {
        const auto* const field = std::ranges::find(type.fields, line.key, &watched_field::name);
        return field != type.fields.end() &&
               !seen.values[static_cast<std::size_t>(field - type.fields.begin())];
    });
    entry notes;
    take_terms(notes, terms);
    write_notes(notes, out);
    return out;
}

result<acceptance_plan> plan_acceptance(const resource_type& type, const entry_list& trusted,
                                        const untrusted_object& seen, const acceptance_terms& terms)
{
    if (seen.values.size() != type.fields.size())
        return bad_usage("the values seen of {} do not match its fields", quoted_text(seen.id));
    if (seen.was == untrusted_object::state::gone)
        return plan_absence(trusted, seen);
    if (!is_known_whole(type, seen))
        return plan_presence(type, trusted, seen, terms);
    const auto page = page_with(type, seen);
    const auto judged = judge(type, trusted, page[0], terms.today);
    if (judged.verdict == trust::covered) {
        acceptance_plan nothing;
        nothing.covered = true;
        return nothing;
    }
    if (judged.verdict == trust::expired && seen.was == untrusted_object::state::expired)
        return plan_renewal(trusted, judged, terms);
    return plan_presence(type, trusted, seen, terms);
}

}  // namespace trunkwarden
