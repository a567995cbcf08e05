#include "baseline/compare/semantic_diff.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "baseline/compare/compare_traffic.hpp"
#include "baseline/compare/trusted_subject.hpp"
#include "snapshot/canonical.hpp"
#include "support/escape.hpp"
#include "support/first_of.hpp"
#include "support/plural.hpp"

// Both baselines are split into their statements about each subject: an object by its id, or one value of a
// rule. Statements about the same subject are compared; it does not matter in which entry they were.

namespace trunkwarden {
namespace {

using way = config_change::way;

std::string shown_values(const watched_field& field, const std::set<std::string>& values)
{
    constexpr std::size_t max_listed = 3;
    return first_of(values, max_listed, [&field](const std::string& value) {
        const bool is_member = value.find(set_separator) == std::string::npos;  // of a set, or its only one
        return value.empty() ? std::string("\"\"")
               : is_member   ? printable(value)
                             : printable(for_display(field.kind, value));
    });
}

std::set<std::string> without(const std::set<std::string>& all, const std::set<std::string>& these)
{
    std::set<std::string> out;
    std::ranges::set_difference(all, these, std::inserter(out, out.end()));
    return out;
}

// A pinned set is one value; people want to read its members.
std::set<std::string> parts_of(const watched_field& field, const std::set<std::string>& values)
{
    if (!holds_a_set(field.kind) || values.size() != 1)
        return values;
    std::set<std::string> out;
    for (const auto member : members_of(*values.begin()))
        out.emplace(member);
    return out;
}

// One resource of both baselines.
class comparison {
public:
    comparison(const resource_type& type, config_changes& out) : type_(type), out_(out) {}

    void compare(const entry_list& before, const entry_list& after)
    {
        if (before.entries().empty() && after.entries().empty())
            return;
        const auto old_subjects = subjects_of(type_, before);
        const auto new_subjects = subjects_of(type_, after);
        for_each_in_order(after, new_subjects, [&](const trusted_subject& subject, const statements& now) {
            const auto then = old_subjects.find(subject);
            if (then == old_subjects.end())
                appeared_[now.front()].push_back(subject.name);
            else
                compare_subject(subject, then->second, now);
        });
        for_each_in_order(before, old_subjects, [&](const trusted_subject& subject, const statements& then) {
            if (!new_subjects.contains(subject))
                gone_[then.front()].push_back(subject.name);
        });
        tell_whole("now trusts", way::wider, appeared_);
        tell_whole("no longer trusts", way::narrower, gone_);
        tell_changed();
    }

private:
    using group = std::map<const entry*, std::vector<std::string_view>>;
    using pairs = std::map<std::pair<const entry*, const entry*>, std::vector<std::string_view>>;

    // In the order of the file, and each subject once, so that two runs report the same.
    template <class Visit>
    void for_each_in_order(const entry_list& list, const subject_map& subjects, Visit visit)
    {
        for (const auto& each : list.entries())
            for_each_subject(type_, each, [&](const trusted_subject& subject) {
                const auto found = subjects.find(subject);
                if (found->second.front() == &each)
                    visit(found->first, found->second);
            });
    }

    void compare_subject(const trusted_subject& subject, const statements& then, const statements& now)
    {
        if (then.size() == 1 && now.size() == 1) {
            if (!say_the_same(*then.front(), *now.front()))
                changed_[{then.front(), now.front()}].push_back(subject.name);
            return;
        }
        const auto old_terms = joined_conditions(type_, then);
        const auto new_terms = joined_conditions(type_, now);
        std::vector<conditions> lost;
        std::vector<conditions> won;
        std::set_difference(old_terms.begin(), old_terms.end(), new_terms.begin(), new_terms.end(),
                            std::back_inserter(lost));
        std::set_difference(new_terms.begin(), new_terms.end(), old_terms.begin(), old_terms.end(),
                            std::back_inserter(won));
        const auto named = name_of_subject(*now.front(), subject.name);
        const auto both = std::min(lost.size(), won.size());
        for (std::size_t at = 0; at < both; ++at)
            tell_terms(named, lost[at], won[at]);
        for (std::size_t at = both; at < won.size(); ++at)
            out_.add(way::wider,
                     fmt::format("also trusts {} on {} with {}", named, type_.name, shown(won[at])));
        for (std::size_t at = both; at < lost.size(); ++at)
            out_.add(way::narrower,
                     fmt::format("no longer trusts {} on {} with {}", named, type_.name, shown(lost[at])));
    }

    // A thousand objects of one entry are compared once.
    bool say_the_same(const entry& then, const entry& now)
    {
        if (compared_.then != &then || compared_.now != &now)
            compared_ = {&then, &now, trunkwarden::say_the_same(type_, then, now)};
        return compared_.same;
    }

    // The name its entry gives it, or its id.
    std::string name_of_subject(const entry& by, std::string_view name) const
    {
        if (by.pins.size() == 1)
            for (const auto& wanted : by.where)
                if (type_.fields[wanted.field].name == type_.label && wanted.any_of.size() == 1 &&
                    wanted.any_of.front().kind == accepted_value::form::exact &&
                    !wanted.any_of.front().text.empty())
                    return printable(wanted.any_of.front().text);
        return name.empty() ? std::string("\"\"") : printable(name);
    }

    std::string names(const entry& by, const std::vector<std::string_view>& fields) const
    {
        const auto first = name_of_subject(by, fields.front());
        return fields.size() == 1 ? first : fmt::format("{} and {} more", first, fields.size() - 1);
    }

    std::string shown(const conditions& conditions) const
    {
        std::string out;
        for (const auto& [field, values] : conditions.fields)
            out += fmt::format("{}{} {}", out.empty() ? "" : ", ", type_.fields[field].name,
                               shown_values(type_.fields[field], values));
        return out.empty() ? std::string("any values") : out;
    }

    void tell_whole(std::string_view verb, way to, const group& found)
    {
        std::vector<const group::value_type*> in_order;
        for (const auto& subject : found)
            in_order.push_back(&subject);
        std::ranges::sort(in_order, {}, [](const auto* subject) { return subject->first->line; });
        for (const auto* subject : in_order) {
            const auto& by = *subject->first;
            const auto until = by.expires && to == way::wider
                                   ? fmt::format(" until {}", iso_date(*by.expires))
                                   : std::string{};
            out_.add(to, fmt::format("{} {} on {}{}", verb, names(by, subject->second), type_.name, until));
        }
    }

    void tell_changed()
    {
        std::vector<const pairs::value_type*> in_order;
        for (const auto& subject : changed_)
            in_order.push_back(&subject);
        std::ranges::sort(in_order, {}, [](const auto* subject) { return subject->first.second->line; });
        for (const auto* subject : in_order) {
            const auto& [then, now] = subject->first;
            tell_terms(names(*now, subject->second), conditions_of(type_, *then), conditions_of(type_, *now));
        }
    }

    void tell_terms(const std::string& subject, const conditions& then, const conditions& now)
    {
        for (const auto& [field, values] : then.fields)
            if (!now.fields.contains(field))
                out_.add(way::wider, fmt::format("{} of {} {} is no longer pinned", type_.fields[field].name,
                                                 type_.noun, subject));
        for (const auto& [field, values] : now.fields) {
            const auto before = then.fields.find(field);
            if (before == then.fields.end())
                out_.add(way::narrower,
                         fmt::format("{} of {} {} is now pinned to {}", type_.fields[field].name, type_.noun,
                                     subject, shown_values(type_.fields[field], values)));
            else if (before->second != values)
                tell_values(subject, type_.fields[field], before->second, values);
        }
        tell_expiry(subject, then.expires, now.expires);
    }

    void tell_values(const std::string& subject, const watched_field& field,
                     const std::set<std::string>& then, const std::set<std::string>& now)
    {
        const auto old_parts = parts_of(field, then);
        const auto new_parts = parts_of(field, now);
        const auto added = without(new_parts, old_parts);
        const auto removed = without(old_parts, new_parts);
        const bool replaced = then.size() == 1 && now.size() == 1 && !holds_a_set(field.kind);
        std::string change;
        if (!added.empty())
            change = (replaced ? "is now " : "also trusts ") + shown_values(field, added);
        if (!removed.empty())
            change += (change.empty() ? "no longer trusts " : ", no longer ") + shown_values(field, removed);
        if (change.empty())  // the same members, once as a list of values and once as a set
            change = "is now " + shown_values(field, now);
        out_.add(
            added.empty() && !removed.empty() ? way::narrower : way::wider,
            fmt::format("{} of {} {}{} {}", field.name, type_.noun, subject, replaced ? "" : ":", change));
    }

    void tell_expiry(const std::string& subject, const std::optional<day>& then,
                     const std::optional<day>& now)
    {
        if (then == now)
            return;
        if (!then)
            out_.add(way::narrower, fmt::format("expires of {} {} is now {}; before, it trusted without end",
                                                type_.noun, subject, iso_date(*now)));
        else if (!now)
            out_.add(way::wider, fmt::format("expires of {} {} is gone: it trusted through {} and now "
                                             "trusts without end",
                                             type_.noun, subject, iso_date(*then)));
        else
            out_.add(*now > *then ? way::wider : way::narrower,
                     fmt::format("expires of {} {} moved from {} to {}", type_.noun, subject, iso_date(*then),
                                 iso_date(*now)));
    }

    struct compared_entries {
        const entry* then = nullptr;
        const entry* now = nullptr;
        bool same = false;
    };

    const resource_type& type_;
    config_changes& out_;
    group appeared_;
    group gone_;
    pairs changed_;
    compared_entries compared_;
};

void compare_organizations(const baseline& before, const baseline& after, config_changes& out)
{
    if (before.organization_id == after.organization_id)
        return;
    if (after.organization_id.empty())
        out.add(way::wider, "organization_id is no longer pinned: a key of any organisation is judged");
    else if (before.organization_id.empty())
        out.add(way::narrower,
                fmt::format("organization_id is now pinned to {}", printable(after.organization_id)));
    else
        out.add(way::wider, fmt::format("organization_id is now {}, no longer {}",
                                        printable(after.organization_id), printable(before.organization_id)));
}

std::string attested_on(const two_factor_policy& policy)
{
    return policy.attested ? iso_date(*policy.attested) : std::string("no day");
}

void compare_two_factor(const two_factor_policy& before, const two_factor_policy& after, config_changes& out)
{
    if (before.required != after.required)
        out.add(after.required ? way::narrower : way::wider,
                after.required ? "two-factor authentication is now required"
                               : "two-factor authentication is no longer required");
    if (before.attested != after.attested)
        out.add(after.attested && (!before.attested || *after.attested > *before.attested) ? way::wider
                                                                                           : way::narrower,
                fmt::format("attested of two_factor moved from {} to {}{}", attested_on(before),
                            attested_on(after),
                            after.attested_by.empty() ? "" : ", by " + printable(after.attested_by)));
    if (before.max_age != after.max_age)
        out.add(after.max_age > before.max_age ? way::wider : way::narrower,
                fmt::format("max_age of two_factor moved from {} to {}", for_people(before.max_age),
                            for_people(after.max_age)));
}

std::string words_of_limit(amount limit)
{
    return to_text(limit);
}
std::string words_of_limit(unsigned limit)
{
    return fmt::format("{}", limit);
}

template <class Limit>
std::string words_of_limit(const std::optional<Limit>& limit)
{
    return limit ? words_of_limit(*limit) : std::string("not there");
}

// "max_per_hour of spending is now 25.00, was not there"
template <class Limit>
void compare_limit(std::string_view name, const std::optional<Limit>& before,
                   const std::optional<Limit>& after, bool is_wider, config_changes& out)
{
    if (before != after)
        out.add(is_wider ? way::wider : way::narrower,
                fmt::format("{} of spending is now {}, was {}", name, words_of_limit(after),
                            words_of_limit(before)));
}

template <class Limit>
bool is_raised(const std::optional<Limit>& before, const std::optional<Limit>& after)
{
    return !after || (before && *after > *before);
}

void compare_spending(const spending_policy& before, const spending_policy& after, config_changes& out)
{
    const auto most = [&](std::string_view name, std::optional<amount> spending_policy::*limit) {
        compare_limit(name, before.*limit, after.*limit, is_raised(before.*limit, after.*limit), out);
    };
    most("max_per_minute", &spending_policy::max_per_minute);
    most("max_per_hour", &spending_policy::max_per_hour);
    most("max_per_day", &spending_policy::max_per_day);
    compare_limit("max_top_ups_per_day", before.max_top_ups_per_day, after.max_top_ups_per_day,
                  is_raised(before.max_top_ups_per_day, after.max_top_ups_per_day), out);
    // A higher max_single_charge exempts more from the limits, so it is wider; a higher min_available_credit
    // is narrower.
    compare_limit("max_single_charge", before.max_single_charge, after.max_single_charge,
                  after.max_single_charge > before.max_single_charge, out);
    compare_limit("min_available_credit", before.min_available_credit, after.min_available_credit,
                  after.min_available_credit < before.min_available_credit, out);
}

// "max_calls of 1494 in active_calls is now 30, was 20"
void compare_limit_on_calls(std::string_view name, const call_limit& before, const call_limit& after,
                            std::optional<unsigned> call_limit::*limit, config_changes& out)
{
    if (before.*limit != after.*limit)
        out.add(is_raised(before.*limit, after.*limit) ? way::wider : way::narrower,
                fmt::format("{} of {} in active_calls is now {}, was {}", name, after.connection_id,
                            words_of_limit(after.*limit), words_of_limit(before.*limit)));
}

void compare_active_calls(const active_calls_policy& before, const active_calls_policy& after,
                          config_changes& out)
{
    for (const auto& was : before.limits)
        if (after.limit_of(was.connection_id) == nullptr)
            out.add(way::wider, fmt::format("active_calls does not limit {} any more", was.connection_id));
    for (const auto& is : after.limits) {
        const auto* was = before.limit_of(is.connection_id);
        if (was == nullptr) {
            out.add(way::narrower, fmt::format("active_calls limits {} to {}", is.connection_id,
                                               plural(is.max_calls.value_or(0), "call")));
            continue;
        }
        compare_limit_on_calls("max_calls", *was, is, &call_limit::max_calls, out);
        compare_limit_on_calls("max_call_minutes", *was, is, &call_limit::max_call_minutes, out);
    }
}

// Entries about an extra resource whose fields were others cannot be read by those that it has now.
void tell_other_fields(const resource_type& type, const baseline& before, config_changes& out)
{
    for (const auto& list : before.resources)
        if (list.resource() == type.name && !list.is_about(type) && !list.entries().empty())
            out.add(way::narrower, fmt::format("no longer trusts anything on {} by what was written for the "
                                               "fields that it had before",
                                               type.name));
}

}  // namespace

config_changes semantic_diff(std::span<const resource_type> types, const baseline& before,
                             const baseline& after)
{
    config_changes out;
    compare_organizations(before, after, out);
    compare_two_factor(before.two_factor, after.two_factor, out);
    compare_spending(before.spending, after.spending, out);
    compare_traffic(before.traffic, after.traffic, out);
    compare_active_calls(before.active_calls, after.active_calls, out);
    for (const auto& type : types) {
        tell_other_fields(type, before, out);
        comparison(type, out).compare(before.entries_of(type), after.entries_of(type));
    }
    return out;
}

}  // namespace trunkwarden
