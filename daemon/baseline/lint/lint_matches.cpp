#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "baseline/accepts.hpp"
#include "baseline/lint/lint_parts.hpp"
#include "baseline/match.hpp"
#include "baseline/network_size.hpp"
#include "baseline/wildcard.hpp"
#include "snapshot/canonical.hpp"
#include "support/ip_network.hpp"
#include "support/plural.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

using form = accepted_value::form;

// The live values that one accepted value of a rule matched. Texts point into the live objects.
struct value_use {
    std::size_t objects = 0;
    std::string_view first;
    std::size_t beginning = 0;  // how much all of them begin with alike
    std::size_t end = 0;        // and end with
    std::size_t shortest = 0;
    bool is_one_value = true;
    std::optional<ip_network> network;  // the narrowest that holds all

    void add(std::string_view value);
    void widen_network(std::string_view value);
    std::string pattern() const;
};

void value_use::add(std::string_view value)
{
    if (objects++ == 0) {
        first = value;
        beginning = end = shortest = value.size();
        network = parse_ip_address(value);
        return;
    }
    if (value == first)
        return;
    is_one_value = false;
    shortest = std::min(shortest, value.size());
    const auto [same, rest] = std::ranges::mismatch(first.substr(0, beginning), value);
    beginning = static_cast<std::size_t>(same - first.begin());
    std::size_t alike = 0;
    while (alike < std::min(end, value.size()) &&
           first[first.size() - 1 - alike] == value[value.size() - 1 - alike])
        ++alike;
    end = alike;
    widen_network(value);
}

void value_use::widen_network(std::string_view value)
{
    const auto address = parse_ip_address(value);
    while (network && address && network->prefix > 0 && !contains(*network, *address))
        --network->prefix;
}

// As a baseline writes it.
std::string value_use::pattern() const
{
    if (is_one_value)
        return escaped(first);
    const auto kept_end = std::min(end, shortest - beginning);
    return escaped(first.substr(0, beginning)) + "*" + escaped(first.substr(first.size() - kept_end));
}

// One rule, by the place of its constraints and their values.
struct rule_use {
    std::size_t objects = 0;
    std::vector<std::vector<value_use>> values = {};
};

void note(const resource_type& type, const entry& rule, const object_view& object, rule_use& use)
{
    if (use.objects++ == 0)
        for (const auto& wanted : rule.where)
            use.values.emplace_back(wanted.any_of.size());
    for (std::size_t at = 0; at < rule.where.size(); ++at) {
        const auto& wanted = rule.where[at];
        const auto value = object.field(wanted.field);
        const auto* by = accepting(type.fields[wanted.field].kind, wanted, value);
        use.values[at][static_cast<std::size_t>(by - wanted.any_of.data())].add(value);
    }
}

std::vector<rule_use> uses_of(const resource_type& type, const entry_list& trusted, const object_list& live,
                              day today)
{
    std::vector<rule_use> uses(trusted.entries().size());
    for_each(live, [&](const object_view& object) {
        auto near = trusted.rules().candidates(object);
        std::ranges::sort(near);
        near.erase(std::unique(near.begin(), near.end()), near.end());
        for (const auto index : near) {
            const auto& rule = trusted.entries()[index];
            if (is_in_force(rule, today) && describes(type, rule, object))
                note(type, rule, object, uses[index]);
        }
    });
    return uses;
}

void lint_unused_values(const resource_type& type, const constraint& wanted,
                        const std::vector<value_use>& uses, std::vector<lint_issue>& to)
{
    constexpr std::size_t max_named = 3;
    std::size_t unused = 0;
    std::string names;
    for (std::size_t at = 0; at < uses.size(); ++at)
        if (uses[at].objects == 0 && unused++ < max_named)
            names += (names.empty() ? "" : ", ") + quoted_text(wanted.any_of[at].text);
    if (unused > 0)
        to.push_back(
            {wanted.line, type.name, lint_issue_kind::matches_nothing,
             fmt::format("{}: {} of the {} values match nothing in the account ({}{}): anyone who makes "
                         "such an object is trusted at once; take them out",
                         type.fields[wanted.field].name, unused, uses.size(), names,
                         unused > max_named ? ", …" : "")});
}

void lint_wildcard(const resource_type& type, const constraint& wanted, const accepted_value& value,
                   const value_use& use, std::vector<lint_issue>& to)
{
    const auto narrower = use.pattern();
    const auto kind = type.fields[wanted.field].kind;
    if (!covers_pattern(kind, value.text, narrower) || covers_pattern(kind, narrower, value.text))
        return;
    to.push_back(
        {wanted.line, type.name, lint_issue_kind::wide_wildcard,
         fmt::format("{}: {} is wider than the {} that {} it: {} would do", type.fields[wanted.field].name,
                     quoted_text(value.text), plural(use.objects, "object"),
                     use.objects == 1 ? "matches" : "match", quoted_text(narrower))});
}

void lint_network(const resource_type& type, const constraint& wanted, const accepted_value& value,
                  const value_use& use, std::vector<lint_issue>& to)
{
    const auto written = parse_ip_network(value.text);
    if (!written || !use.network || use.network->prefix <= written->prefix)
        return;
    const auto narrower =
        use.is_one_value ? address_text(*use.network) : network_text(without_host_bits(*use.network));
    to.push_back({wanted.line, type.name, lint_issue_kind::wide_network,
                  fmt::format("{}: {} covers {}, and {} there: {} would do", type.fields[wanted.field].name,
                              value.text, addresses_in(value.text),
                              use.objects == 1 ? "1 object is" : fmt::format("{} objects are", use.objects),
                              narrower)});
}

void lint_use(const resource_type& type, const entry& rule, const rule_use& use, std::vector<lint_issue>& to)
{
    for (std::size_t at = 0; at < rule.where.size(); ++at) {
        const auto& wanted = rule.where[at];
        lint_unused_values(type, wanted, use.values[at], to);
        for (std::size_t which = 0; which < wanted.any_of.size(); ++which) {
            const auto& value = wanted.any_of[which];
            const auto& met = use.values[at][which];
            if (met.objects > 0 && value.kind == form::wildcard)
                lint_wildcard(type, wanted, value, met, to);
            if (met.objects > 0 && value.kind == form::network)
                lint_network(type, wanted, value, met, to);
        }
    }
}

}  // namespace

void lint_matches(const resource_type& type, const entry_list& trusted, const object_list& live, day today,
                  std::vector<lint_issue>& to)
{
    const auto uses = uses_of(type, trusted, live, today);
    for (std::size_t at = 0; at < uses.size(); ++at) {
        const auto& rule = trusted.entries()[at];
        if (!rule.pins.empty() || !is_in_force(rule, today))
            continue;
        if (uses[at].objects > 0)
            lint_use(type, rule, uses[at], to);
        else
            to.push_back({rule.line, type.name, lint_issue_kind::matches_nothing,
                          fmt::format("this rule covers none of the {} in the account: anyone who makes "
                                      "one like it is trusted at once; take it out, or correct it",
                                      plural(count(live), "object"))});
    }
}

}  // namespace trunkwarden
