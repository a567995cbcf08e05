#include <algorithm>
#include <fmt/format.h>

#include "baseline/expiry.hpp"
#include "baseline/lint/lint.hpp"
#include "baseline/lint/lint_parts.hpp"
#include "baseline/lint/risk.hpp"
#include "baseline/match.hpp"
#include "baseline/network_size.hpp"
#include "baseline/url_pattern.hpp"
#include "catalogue/names.hpp"
#include "snapshot/canonical.hpp"
#include "support/first_of.hpp"
#include "support/optional_reason.hpp"
#include "support/plural.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

using form = accepted_value::form;

severity weight_of(const watched_field& field)
{
    return std::max(field.when_changed, field.when_loosened);
}

bool is_listed(const resource_type& type, const entry& some, std::uint16_t field)
{
    const bool names_it = !some.pins.empty() && type.fields[field].name == type.id;
    return names_it || std::ranges::find(some.where, field, &constraint::field) != some.where.end();
}

// The fields an entry leaves out whose change would be severe, the most severe first. A rule is about all
// objects like it and seldom means every field, so that only heavy ones are missed there.
std::vector<const watched_field*> left_out(const resource_type& type, const entry& some)
{
    const auto least = some.pins.empty() ? severity::high : severity::medium;
    std::vector<const watched_field*> fields;
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        const auto& field = type.fields[at];
        if (field.kind != value_kind::secret && weight_of(field) >= least &&
            !is_listed(type, some, static_cast<std::uint16_t>(at)))
            fields.push_back(&field);
    }
    std::ranges::stable_sort(fields,
                             [](const auto* a, const auto* b) { return weight_of(*a) > weight_of(*b); });
    return fields;
}

void lint_left_out(const resource_type& type, const entry& some, std::vector<lint_issue>& to)
{
    constexpr std::size_t most = 6;
    const auto fields = left_out(type, some);
    if (fields.empty())
        return;
    const auto names = first_of(fields, most, [](const watched_field* field) {
        return fmt::format("{} ({})", field->name, name_of(weight_of(*field)));
    });
    to.push_back(
        {some.line, type.name, lint_issue_kind::unpinned_field,
         fmt::format(
             "this entry says nothing of {}: a thief could change {} without a finding; write down the "
             "{} {} should have",
             names, fields.size() == 1 ? "it" : "them", fields.size() == 1 ? "value" : "values",
             fields.size() == 1 ? "it" : "they")});
}

void lint_end(const resource_type& type, const entry& some, day today, std::vector<lint_issue>& to)
{
    if (!some.expires)
        return;
    const auto left = (*some.expires - today).count();
    if (left < 0)
        to.push_back(
            {some.expires_line, type.name, lint_issue_kind::expired,
             fmt::format("this entry expired {} ago, on {}, and trusts nothing any more: take the entry out, "
                         "or set a later day if it is still wanted",
                         plural(static_cast<std::size_t>(-left), "day"), iso_date(*some.expires))});
    else if (left <= days_before_an_entry_ends)
        to.push_back(
            {some.expires_line, type.name, lint_issue_kind::expires_soon,
             fmt::format(
                 "this entry expires on {}, {}: every object that it trusts is a finding from then on; "
                 "prolong it, or remove these objects",
                 iso_date(*some.expires), days_in_words(static_cast<int>(left)))});
}

optional_reason risk_of_value(const resource_type& type, const watched_field& field,
                              const accepted_value& value)
{
    if (value.kind == form::wildcard)
        return risk_of_pattern(type, field, value.text);
    return value.kind == form::exact ? risk_of(type, field, value.text) : std::nullopt;
}

// True when something dangerous is trusted, said or not: with a reason and a day on which it ends, somebody
// decided it, and will decide again.
bool lint_dangers(const resource_type& type, const entry& some, std::vector<lint_issue>& to)
{
    bool any = false;
    for (const auto& wanted : some.where) {
        const auto& field = type.fields[wanted.field];
        std::size_t count = 0;
        std::string first;
        for (const auto& value : wanted.any_of)
            if (const auto danger = risk_of_value(type, field, value); danger && count++ == 0)
                first = fmt::format(
                    "this entry trusts {}: {}",
                    quoted_text(fmt::format("{}: {}", field.name, for_display(field.kind, value.text))),
                    *danger);
        if (count == 0)
            continue;
        any = true;
        if (count > 1)
            first += fmt::format(", and {} like it", plural(count - 1, "value"));
        if (some.reason.empty() || !some.expires)
            to.push_back({wanted.line, type.name, lint_issue_kind::dangerous,
                          first + "; change it in the account, or say why with reason: and until when with "
                                  "expires:"});
    }
    return any;
}

void lint_reason(const resource_type& type, const entry& some, bool dangerous, std::vector<lint_issue>& to)
{
    if (!some.reason.empty())
        return;
    std::string_view sentence;
    for (const auto& wanted : some.where)
        for (const auto& value : wanted.any_of) {
            if (value.kind == form::wildcard)
                sentence = "accepts a pattern";
            else if (value.kind == form::network)
                sentence = "accepts a network";
            else if (wanted.any_of.size() > 1 && sentence.empty())
                sentence = "accepts any of several values";
        }
    if (some.expires)
        sentence = "is an exception that ends";
    else if (dangerous && sentence.empty())
        sentence = "trusts what deserves a second look";
    if (!sentence.empty())
        to.push_back(
            {some.line, type.name, lint_issue_kind::no_reason,
             fmt::format("this entry {} and does not say why: add reason: for the next reader", sentence)});
}

// Whether a pattern lets the host be one of somebody else.
bool is_of_any_host(value_kind kind, std::string_view pattern)
{
    if (kind != value_kind::host && kind != value_kind::url && kind != value_kind::text)
        return false;
    const auto host = kind == value_kind::host ? host_pattern_in_address(pattern) : host_pattern_in(pattern);
    return host && may_be_foreign_host(*host);
}

bool is_only_wildcards(std::string_view pattern)
{
    return pattern.find_first_not_of('*') == std::string_view::npos;
}

// Wide for any account.
void lint_width(const resource_type& type, const entry& some, std::vector<lint_issue>& to)
{
    for (const auto& wanted : some.where)
        for (const auto& value : wanted.any_of) {
            const auto& field = type.fields[wanted.field].name;
            const bool is_pattern = value.kind == form::wildcard;
            if (is_pattern && is_only_wildcards(value.text))
                to.push_back(
                    {wanted.line, type.name, lint_issue_kind::wide_wildcard,
                     fmt::format("{}: {} accepts every value there can be: write a pattern that does "
                                 "not, or leave the field out so that it shows",
                                 field, quoted_text(value.text))});
            else if (is_pattern && is_of_any_host(type.fields[wanted.field].kind, value.text))
                to.push_back(
                    {wanted.line, type.name, lint_issue_kind::wide_wildcard,
                     fmt::format("{}: {} accepts hosts of somebody else: anyone who gets a name that "
                                 "fits is trusted; continue the pattern behind the wildcard with a dot "
                                 "and a whole domain of yours, or list the hosts",
                                 field, quoted_text(value.text))});
            if (value.kind == form::network && is_wide_network(value.text))
                to.push_back({wanted.line, type.name, lint_issue_kind::wide_network,
                              fmt::format("{}: {} trusts {}, of many networks that are not yours: write the "
                                          "networks that are",
                                          field, value.text, addresses_in(value.text))});
        }
}

}  // namespace

void lint_entry(const resource_type& type, const entry& some, day today, std::vector<lint_issue>& to)
{
    lint_end(type, some, today, to);
    if (!is_in_force(some, today))
        return;
    lint_left_out(type, some, to);
    const bool dangerous = lint_dangers(type, some, to);
    lint_reason(type, some, dangerous, to);
    lint_width(type, some, to);
}

}  // namespace trunkwarden
