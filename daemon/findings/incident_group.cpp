#include "findings/incident_group.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "catalogue/names.hpp"
#include "findings/actor_words.hpp"
#include "findings/finding_order.hpp"
#include "findings/ledger.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"
#include "use/exposure.hpp"

namespace trunkwarden {
namespace {

using finding_list = std::vector<const finding*>;

time_point moment_of(const finding& f)
{
    return f.by ? f.by->at : open_since(f);
}

bool has_known_author(const finding& f)
{
    return f.by && !f.by->user_id.empty();
}

// Minor findings are many, and a blind spot is no step of anybody.
bool may_be_a_step(const finding& f)
{
    return f.status != finding_status::resolved && f.deviation.level >= severity::high &&
           (is_a_change(f.deviation.kind) || f.deviation.kind == deviation_kind::exceeded);
}

// Money that goes now before everything else, findings that no request can repair last.
unsigned place_in_playbook(const finding& f)
{
    if (f.deviation.kind == deviation_kind::exceeded)
        return 0;
    const auto step = f.deviation.type->step;
    return step == playbook::none ? static_cast<unsigned>(playbook::rest) + 1 : static_cast<unsigned>(step);
}

bool comes_before(const finding* a, const finding* b)
{
    const auto first = place_in_playbook(*a);
    const auto second = place_in_playbook(*b);
    return first != second ? first < second : is_shown_before(*a, *b);
}

void add_to(incident_group& group, const finding& f)
{
    const auto at = moment_of(f);
    group.from = group.members.empty() ? at : std::min(group.from, at);
    group.to = group.members.empty() ? at : std::max(group.to, at);
    group.members.push_back(&f);
}

// Incidents by account and id. Takes their findings out of the list.
std::vector<incident_group> take_incidents(finding_list& findings)
{
    std::map<std::pair<std::string_view, std::string_view>, incident_group> found;
    std::erase_if(findings, [&found](const finding* f) {
        if (f->incident.empty() || f->status == finding_status::resolved)
            return false;
        auto& its = found[{f->account, f->incident}];
        its.id = f->incident;
        add_to(its, *f);
        return true;
    });
    std::vector<incident_group> out;
    out.reserve(found.size());
    for (auto& [name, group] : found)
        out.push_back(std::move(group));
    return out;
}

// A severe finding without a known author belongs to the incident that it fell into; the incident's own times
// do not grow with it.
void join_incidents(finding_list& findings, std::vector<incident_group>& incidents)
{
    std::map<std::size_t, finding_list> joined;
    std::erase_if(findings, [&](const finding* f) {
        if (!may_be_a_step(*f) || has_known_author(*f))
            return false;
        const auto at = moment_of(*f);
        for (std::size_t place = 0; place < incidents.size(); ++place) {
            const auto& incident = incidents[place];
            if (incident.members.front()->account == f->account &&
                at >= incident.from - ledger::incident_span && at <= incident.to + ledger::incident_span) {
                joined[place].push_back(f);
                return true;
            }
        }
        return false;
    });
    for (const auto& [place, some] : joined)
        for (const auto* f : some)
            add_to(incidents[place], *f);
}

// The rest: a quarter of an hour begins with its first finding, so that a thief who never stops makes no
// group without an end.
void group_by_time(finding_list findings, std::vector<incident_group>& out)
{
    std::ranges::sort(findings, [](const finding* a, const finding* b) {
        return std::tuple(!may_be_a_step(*a), std::string_view(a->account), moment_of(*a), a->id) <
               std::tuple(!may_be_a_step(*b), std::string_view(b->account), moment_of(*b), b->id);
    });
    const finding* first = nullptr;
    for (const auto* f : findings) {
        const bool joins = first != nullptr && may_be_a_step(*f) && first->account == f->account &&
                           moment_of(*f) - moment_of(*first) <= ledger::incident_span;
        if (!joins) {
            out.emplace_back();
            first = may_be_a_step(*f) ? f : nullptr;
        }
        add_to(out.back(), *f);
    }
}

std::string authors_of(const incident_group& group)
{
    constexpr std::size_t most_named = 2;
    std::vector<std::string> names;
    for (const auto* f : group.members)
        if (f->by)
            if (auto name = name_of_actor(*f->by); std::ranges::find(names, name) == names.end())
                names.push_back(std::move(name));
    if (names.empty())
        return "the actor is not known";
    auto out = "by " + names.front();
    if (names.size() == most_named)
        out += " and " + names.back();
    else if (names.size() > most_named)
        out += fmt::format(" and {}", plural(names.size() - 1, "other"));
    return out;
}

// "02:11", or "2026-11-22 02:11" on another day than that of `now`.
std::string minute_text(time_point at, time_point now)
{
    constexpr std::string_view rest = ":00 UTC";
    const auto text = utc_text(at, now);
    return text.substr(0, text.size() - rest.size());
}

std::string times_of(const incident_group& group, time_point now)
{
    const auto from = minute_text(group.from, now);
    const auto to = minute_text(group.to, now);
    return from == to ? fmt::format("at {} UTC", from) : fmt::format("from {} to {} UTC", from, to);
}

// The most through one of them: two may share a limit, so that nothing is added up.
std::string loss_of(const incident_group& group)
{
    std::optional<exposure> most;
    std::size_t with_one = 0;
    for (const auto* f : group.members) {
        with_one += f->deviation.exposure ? 1 : 0;
        if (is_less(most, f->deviation.exposure))
            most = f->deviation.exposure;
    }
    return most ? fmt::format("; {}{}", minute_words_of(*most), with_one > 1 ? " through one of them" : "")
                : std::string();
}

}  // namespace

std::vector<incident_group> grouped(std::vector<const finding*> findings)
{
    std::map<const finding*, std::size_t> place;
    std::ranges::sort(findings, [](const finding* a, const finding* b) { return is_shown_before(*a, *b); });
    for (const auto* f : findings)
        place.emplace(f, place.size());
    auto out = take_incidents(findings);
    join_incidents(findings, out);
    group_by_time(std::move(findings), out);
    const auto first_place = [&place](const incident_group& group) {
        std::size_t first = place.size();
        for (const auto* f : group.members)
            first = std::min(first, place.at(f));
        return first;
    };
    std::ranges::sort(out, {}, first_place);
    for (auto& group : out)
        std::ranges::sort(group.members, comes_before);
    return out;
}

incident_group group_of_incident(const std::string& id, const std::vector<const finding*>& findings)
{
    incident_group out;
    out.id = id;
    for (const auto* f : findings)
        if (f->incident == id && f->status != finding_status::resolved)
            add_to(out, *f);
    std::ranges::sort(out.members, comes_before);
    return out;
}

std::string words_of(const incident_group& group, time_point now)
{
    const auto joined_by = group.id.empty() ? std::string("that opened within a quarter of an hour")
                                            : fmt::format("of one incident, {}", printable(group.id));
    return fmt::format("{} {}: {}, {}{}", plural(group.members.size(), "finding"), joined_by,
                       authors_of(group), times_of(group, now), loss_of(group));
}

}  // namespace trunkwarden
