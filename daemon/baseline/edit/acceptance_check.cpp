#include "baseline/edit/acceptance_check.hpp"

#include <algorithm>
#include <vector>

#include "baseline/match.hpp"
#include "support/unified_diff.hpp"

namespace trunkwarden {

namespace {

using entries = std::vector<entry>;

bool same_value(const accepted_value& a, const accepted_value& b)
{
    return a.kind == b.kind && a.text == b.text;
}

bool same_constraint(const constraint& a, const constraint& b)
{
    return a.field == b.field && std::ranges::is_permutation(a.any_of, b.any_of, same_value);
}

// Whether they mean the same, in any place.
bool same_entry(const entry& a, const entry& b)
{
    return std::ranges::is_permutation(a.pins, b.pins) &&
           std::ranges::equal(a.where, b.where, same_constraint) && a.expires == b.expires &&
           a.reason == b.reason && a.approved_by == b.approved_by && a.ticket == b.ticket;
}

// The entries that the plan means, but for the new one.
entries planned(const entries& was, const acceptance_plan& plan)
{
    entries out;
    for (std::size_t at = 0; at < was.size(); ++at) {
        const auto step = std::ranges::find(plan.steps, at, &acceptance_plan::step::index);
        if (step == plan.steps.end())
            out.push_back(was[at]);
        else if (step->after)
            out.push_back(*step->after);
    }
    return out;
}

bool are_as_planned(const entries& was, const entries& is, const acceptance_plan& plan)
{
    const auto wanted = planned(was, plan);
    if (is.size() != wanted.size() + (plan.added ? 1 : 0))
        return false;
    bool found = !plan.added;
    for (std::size_t at = 0; at < is.size(); ++at) {
        const auto before = at - (plan.added && found ? 1 : 0);
        if (before < wanted.size() && same_entry(is[at], wanted[before]))
            continue;
        if (found || !same_entry(is[at], *plan.added))
            return false;
        found = true;
    }
    return found;
}

bool is_same_elsewhere(const baseline& was, const baseline& is, const resource_type& type)
{
    const auto& a = was.two_factor;
    const auto& b = is.two_factor;
    const bool same_policy = a.present == b.present && a.required == b.required && a.attested == b.attested &&
                             a.attested_by == b.attested_by && a.max_age == b.max_age;
    return same_policy && was.spending == is.spending && was.traffic == is.traffic &&
           was.active_calls == is.active_calls && was.organization_id == is.organization_id &&
           std::ranges::equal(was.resources, is.resources, [&type](const entry_list& x, const entry_list& y) {
               return x.resource() == y.resource() &&
                      (x.resource() == type.name || std::ranges::equal(x.entries(), y.entries(), same_entry));
           });
}

// The object as far as it is known; where it is not, as the entry wants it.
std::vector<std::string> as_seen(const entry* by, const untrusted_object& seen)
{
    std::vector<std::string> values;
    for (const auto& value : seen.values)
        values.push_back(value.value_or(""));
    if (by != nullptr)
        for (const auto& wanted : by->where)
            if (!seen.values[wanted.field] && !wanted.any_of.empty())
                values[wanted.field] = wanted.any_of.front().text;
    return values;
}

bool is_trusted_now(const resource_type& type, const entry_list& trusted, const untrusted_object& seen,
                    day today)
{
    if (seen.was == untrusted_object::state::gone)
        return trusted.pinned(seen.id).empty();
    const auto is_known = [](const std::optional<std::string>& value) { return value.has_value(); };
    const bool any_known = std::ranges::any_of(seen.values, is_known) || type.fields.empty();
    std::vector<const entry*> ways{nullptr};
    for (const auto& some : trusted.entries())
        if (std::ranges::find(some.pins, seen.id) != some.pins.end() ||
            std::ranges::find(some.pins, seen.address) != some.pins.end())
            ways.push_back(&some);
    return any_known && std::ranges::any_of(ways, [&](const entry* by) {
               object_page page(type.fields.size());
               page.add({seen.id, seen.address.empty() ? seen.id : seen.address, "", ""}, as_seen(by, seen));
               return judge(type, trusted, page[0], today).verdict == trust::covered;
           });
}

// Whether all of `part` is in `whole`, in its order, with other bytes between.
bool is_within(std::string_view part, std::string_view whole)
{
    for (const char c : whole)
        if (!part.empty() && part.front() == c)
            part.remove_prefix(1);
    return part.empty();
}

std::string joined(const std::vector<std::string_view>& lines, std::size_t begin, std::size_t count)
{
    std::string out;
    for (std::size_t at = begin; at < begin + count; ++at)
        out += lines[at];
    return out;
}

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Behind the quoted text that begins at `at`; nothing when it does not end in this line.
std::size_t behind_quoted(std::string_view line, std::size_t at)
{
    const char quote = line[at];
    for (++at; at < line.size(); ++at) {
        if (line[at] == '\\' && quote == '"')
            ++at;
        else if (line[at] == quote)
            return at + 1;
    }
    return std::string_view::npos;
}

// The part of the line that may be a comment at its end: in doubt it is one.
std::string_view comment_in(std::string_view line)
{
    constexpr std::string_view before_a_value = " \t[{,:";
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char before = at == 0 ? ' ' : line[at - 1];
        if (line[at] == '#' && (before == ' ' || before == '\t'))
            return trimmed(line.substr(at));
        const bool opens =
            (line[at] == '"' || line[at] == '\'') && before_a_value.find(before) != std::string_view::npos;
        if (const auto end = opens ? behind_quoted(line, at) : std::string_view::npos;
            end != std::string_view::npos)
            at = end - 1;
    }
    return {};
}

// A new entry takes no byte away, but for the sign of an empty section.
bool only_adds(const std::string& removed, const std::string& added)
{
    if (is_within(removed, added))
        return true;
    for (const std::string_view sign : {"[]", "~", "null", "Null", "NULL", "[ ]"})
        if (const auto at = removed.find(sign); at != std::string::npos)
            if (auto rest = removed; is_within(rest.erase(at, sign.size()), added) ||
                                     is_within(trimmed(removed.substr(0, at)), added))
                return true;
    return false;
}

bool keeps_comments(const std::vector<std::string_view>& lines, const difference_of_lines& piece,
                    const std::string& added)
{
    for (std::size_t at = piece.old_begin; at < piece.old_begin + piece.old_count; ++at)
        if (added.find(comment_in(lines[at])) == std::string::npos)
            return false;
    return true;
}

// Taking something out may take its comment along.
bool takes_out(const acceptance_plan& plan, const entries& was)
{
    return std::ranges::any_of(plan.steps, [&was](const acceptance_plan::step& step) {
        if (!step.after || !step.fields.empty())
            return true;
        const auto& before = was[step.index];
        return step.after->pins.size() < before.pins.size() || (before.expires && !step.after->expires);
    });
}

bool keeps_the_rest(const edited_baseline& texts, const entries& was, const acceptance_plan& plan)
{
    const auto before = lines_of(texts.before);
    const auto after = lines_of(texts.after);
    for (const auto& piece : differences(before, after)) {
        const auto removed = joined(before, piece.old_begin, piece.old_count);
        const auto added = joined(after, piece.new_begin, piece.new_count);
        if (plan.steps.empty() && !only_adds(removed, added))
            return false;
        if (!takes_out(plan, was) && !keeps_comments(before, piece, added))
            return false;
    }
    return true;
}

}  // namespace

optional_reason fault_of_edit(const edited_baseline& texts, const intended_edit& meant)
{
    const auto& was = texts.was;
    const auto& is = texts.is;
    const auto& [type, seen, plan, today] = meant;
    if (!is.problems.empty())
        return "the edited file would not be valid (" + is.problems.front().message + ")";
    const auto& old_entries = was.entries_of(type).entries();
    if (!is_same_elsewhere(was, is.value, type) ||
        !are_as_planned(old_entries, is.value.entries_of(type).entries(), plan))
        return "the edited file would not say just what was meant";
    if (!is_trusted_now(type, is.value.entries_of(type), seen, today))
        return "the edited file would not trust what was seen";
    if (!keeps_the_rest(texts, old_entries, plan))
        return "lines would be lost that have nothing to do with it";
    return {};
}

}  // namespace trunkwarden
