#include <algorithm>
#include <fmt/format.h>

#include "baseline/accepts.hpp"
#include "baseline/lint/lint_parts.hpp"
#include "baseline/match.hpp"
#include "support/ip_network.hpp"
#include "support/plural.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

using form = accepted_value::form;

bool accepts_all_of(value_kind kind, const constraint& wide, const accepted_value& narrow)
{
    if (narrow.kind == form::exact)
        return accepts(kind, wide, narrow.text);
    if (narrow.kind == form::wildcard)
        return std::ranges::any_of(wide.any_of, [kind, &narrow](const accepted_value& some) {
            return some.kind == form::wildcard && covers_pattern(kind, some.text, narrow.text);
        });
    const auto inner = parse_ip_network(narrow.text);
    return std::ranges::any_of(wide.any_of, [&inner](const accepted_value& some) {
        const auto outer =
            some.kind == form::network ? parse_ip_network(some.text) : std::optional<ip_network>{};
        return inner && outer && contains(*outer, *inner);
    });
}

// Whether every object that `narrow`'s fields describe is one that `wide`'s describe.
bool describes_all_of(const resource_type& type, const entry& wide, const entry& narrow)
{
    return std::ranges::all_of(wide.where, [&type, &narrow](const constraint& wanted) {
        const auto same = std::ranges::find(narrow.where, wanted.field, &constraint::field);
        return same != narrow.where.end() &&
               std::ranges::all_of(same->any_of, [&](const accepted_value& value) {
                   return accepts_all_of(type.fields[wanted.field].kind, wanted, value);
               });
    });
}

bool lasts_as_long(const entry& earlier, const entry& later)
{
    return !earlier.expires || (later.expires && *later.expires <= *earlier.expires);
}

struct pinned_before {
    const entry* by = nullptr;  // of the first id that is
    std::string id;
    std::size_t count = 0;
};

// Only the first entry that names an id is looked at: a hundred that name the same one are not compared each
// with each.
pinned_before pinned_before_this(const entry_list& trusted, std::size_t at)
{
    pinned_before found;
    for (const auto& id : trusted.entries()[at].pins)
        if (const auto first = trusted.first_pinning(id); first < at && found.count++ == 0) {
            found.by = &trusted.entries()[first];
            found.id = id;
        }
    return found;
}

void lint_pins(const resource_type& type, const entry_list& trusted, std::size_t at, day today,
               std::vector<lint_issue>& to)
{
    const auto& later = trusted.entries()[at];
    const auto before = pinned_before_this(trusted, at);
    if (before.by == nullptr || !is_in_force(*before.by, today))
        return;
    const auto which = before.count == 1 ? fmt::format("{} is", quoted_text(before.id))
                                         : fmt::format("{} and {} of this entry are", quoted_text(before.id),
                                                       plural(before.count - 1, "other"));
    const auto place = fmt::format("{} named by the entry at line {} already", which, before.by->line);
    if (lasts_as_long(*before.by, later) && describes_all_of(type, *before.by, later)) {
        const bool same = describes_all_of(type, later, *before.by);
        to.push_back({later.line, type.name, same ? lint_issue_kind::duplicate : lint_issue_kind::hidden,
                      same ? place + ", which says the same: take one of them out"
                           : place + ", which accepts all that this one does, so that this one changes "
                                     "nothing: take it out, or narrow the earlier one"});
    } else if (!before.by->expires && !later.expires) {
        to.push_back({later.line, type.name, lint_issue_kind::duplicate,
                      place +
                          ", with other values: either is accepted, and a change from one to the other is "
                          "no finding; make one entry of them"});
    }
}

void lint_rule(const resource_type& type, const entry_list& trusted, std::size_t at, day today,
               std::vector<lint_issue>& to)
{
    const auto& later = trusted.entries()[at];
    auto near = trusted.rules().candidates(later, 256);
    std::ranges::sort(near);
    for (const auto index : near) {
        if (index >= at)
            return;
        const auto& earlier = trusted.entries()[index];
        if (!is_in_force(earlier, today) || !lasts_as_long(earlier, later) ||
            !describes_all_of(type, earlier, later))
            continue;
        const bool same = describes_all_of(type, later, earlier);
        to.push_back(
            {later.line, type.name, same ? lint_issue_kind::duplicate : lint_issue_kind::hidden,
             same ? fmt::format("the rule at line {} says the same: take one of them out", earlier.line)
                  : fmt::format("the rule at line {} covers all that this one does, so that this "
                                "one changes nothing: take it out, or narrow the earlier one",
                                earlier.line)});
        return;
    }
}

}  // namespace

void lint_overlaps(const resource_type& type, const entry_list& trusted, day today,
                   std::vector<lint_issue>& to)
{
    for (std::size_t at = 0; at < trusted.entries().size(); ++at) {
        const auto& later = trusted.entries()[at];
        if (!is_in_force(later, today))
            continue;
        if (later.pins.empty())
            lint_rule(type, trusted, at, today, to);
        else
            lint_pins(type, trusted, at, today, to);
    }
}

}  // namespace trunkwarden
