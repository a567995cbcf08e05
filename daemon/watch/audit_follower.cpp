#include "watch/audit_follower.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <utility>

#include "account/cross_reference.hpp"
#include "account/schedule.hpp"
#include "audit/audit_page.hpp"
#include "findings/attribution.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"
#include "watch/coverage_check.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_pages = 20;     // of one look-up; a log that is longer is read on at the next
constexpr std::size_t most_followed = 25;  // events of one look-up that are followed one by one
constexpr std::size_t most_warnings = 20;
constexpr std::size_t most_unconfirmed = 200;
constexpr auto lag =
    1min;  // the API is eventually consistent: a reading sooner after an event proves nothing

bool is_money(const polled_list& list)
{
    return list.from.order == urgency::money;
}

// Whether the log names a field as the API's objects do, or a part of it.
bool names_field(const audit_change& change, const watched_field& field)
{
    return change.field == field.path || change.field == field.name;
}

bool is_about(const audit_event& event, const object_view& object)
{
    return (!event.resource_id.empty() &&
            (object.id() == event.resource_id || object.address() == event.resource_id)) ||
           (!event.alternate_id.empty() &&
            (object.id() == event.alternate_id || object.address() == event.alternate_id));
}

// The watched fields that an event names, by index, as an object shows them.
std::vector<std::pair<std::size_t, std::string>> values_named_by(const audit_event& event,
                                                                 const resource_type& type,
                                                                 const object_view& object)
{
    std::vector<std::pair<std::size_t, std::string>> out;
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        const auto& field = type.fields[at];
        if (std::ranges::any_of(event.changes,
                                [&field](const audit_change& change) { return names_field(change, field); }))
            out.emplace_back(at, object.field(at));
    }
    return out;
}

// Adds the findings that the event alone shows. Returns whether it is the newest word about two-factor
// authentication.
bool apply_audit_event(account& account, audit_event event, std::vector<finding_event>& to)
{
    account.memory.people.name(event.by);
    const auto about = object_named(account.view, event.resource_id);
    for (auto& shown : deviations_in(event, about))
        for (auto& opened : account.memory.findings.apply_event(std::move(shown), event.by, account.io.now()))
            to.push_back(std::move(opened));
    auto& newest = account.memory.two_factor_evidence.changed;
    if (!is_about_two_factor(event, about) || (newest && newest->by.at > event.by.at))
        return false;
    newest = std::move(event);
    return true;
}

// Publishes the findings that new events alone show, and the actors that the log names for open findings.
void apply_audit_events(account& account, const std::vector<audit_event>& fresh)
{
    if (fresh.empty())
        return;
    bool of_two_factor = false;
    std::vector<finding_event> events;
    for (const auto& read : fresh) {
        if (account.memory.own_changes.takes(read)) {
            account.memory.audit.leave_out(read.id);
            continue;
        }
        if (deviations_in(read, {}).empty())
            continue;  // not worth looking for its object among all there are
        of_two_factor = apply_audit_event(account, read, events) || of_two_factor;
    }
    for (auto& explained : account.memory.findings.attribute_open(account.memory.audit, account.io.now(),
                                                                  naming_by(account.memory.people)))
        events.push_back(std::move(explained));
    account.io.publish(std::move(events));
    if (of_two_factor)  // a metric must not say that all is well after people were alerted
        evaluate_coverage(account);
}

audit_page unreadable_event()
{
    audit_page out;
    out.facts.items = out.unreadable = out.first_unreadable = 1;
    return out;
}

// `before`: how many items of the page come before the part.
void add_part(audit_page& part, std::size_t before, audit_page& to)
{
    if (part.unreadable > 0 && to.unreadable == 0)
        to.first_unreadable = before + part.first_unreadable;
    to.unreadable += part.unreadable;
    to.facts.items += part.facts.items;
    std::ranges::move(part.events, std::back_inserter(to.events));
}

}  // namespace

audit_follower::audit_follower(account& watched, logger& log, metrics& counters, callbacks call)
    : watched_(watched), log_(log), counters_(counters), call_(std::move(call))
{
}

task<> audit_follower::watch_forever()
{
    const auto interval = watched_.config.poll.audit_interval;
    if (interval.count() <= 0)
        co_await due_.wait();
    for (;;) {
        again_ = false;
        const auto next = std::chrono::steady_clock::now() + interval;
        co_await look_once();
        if (!again_)
            co_await due_.wait_until(next);
    }
}

void audit_follower::look_now()
{
    again_ = true;
    due_.notify_all();
}

void audit_follower::note(const optional_reason& trouble)
{
    if (trouble_.has_value() != trouble.has_value()) {
        if (!trouble)
            log_.info("the audit log can be read again", {{"account", watched_.config.settings.name}});
        else
            log_.warn(
                "the audit log cannot be read; changes are seen when their lists are, and nobody is named",
                {{"account", watched_.config.settings.name}, {"reason", *trouble}});
    }
    trouble_ = trouble;
}

std::vector<std::string> audit_follower::warnings() const
{
    std::vector<std::string> out(warnings_.begin(), warnings_.end());
    if (unreadable_)
        out.push_back(*unreadable_);
    return out;
}

void audit_follower::note_unreadable(const log_reading& read)
{
    const bool before = unreadable_.has_value();
    unreadable_.reset();
    if (read.unreadable == 0)
        return;
    unreadable_ = fmt::format("{} of the audit log cannot be read; the first: {}",
                              plural(read.unreadable, "event"), read.first_unreadable);
    if (!before)
        log_.warn("events of the audit log cannot be read; no actor is known for their changes",
                  {{"account", watched_.config.settings.name}, {"reason", *unreadable_}});
}

task<result<audit_page>> audit_follower::read_part(time_point after, page_part part,
                                                   request_priority priority) const
{
    auto target = audit_target(after, part.number, part.size);
    const auto body = co_await watched_.io.api->get(std::move(target), priority);
    if (!body)
        co_return body.error();
    auto page = parse_audit_page(*body);
    if (!page)
        co_return failure{page.error().kind, "GET /audit_events: " + page.error().message};
    co_return page;
}

// A page that is too large to come at once comes in smaller ones; an event that is too large alone cannot be
// read.
task<result<audit_page>> audit_follower::read_page(time_point after, std::size_t number,
                                                   request_priority priority) const
{
    const page_part whole{number, audit_page_size};
    audit_page all;
    std::vector<page_part> to_read{whole};
    for (std::size_t asked = 0; !to_read.empty(); ++asked) {
        const auto part = to_read.back();
        to_read.pop_back();
        auto page = co_await read_part(after, part, priority);
        const bool is_too_large = !page && page.error().kind == errc::too_large && asked < max_parts;
        if (is_too_large && part.size > 1) {
            for (const auto& smaller : parts_of(part))
                to_read.push_back(smaller);
            continue;
        }
        if (is_too_large)
            page = unreadable_event();
        if (!page || part == whole)
            co_return page;
        add_part(*page, part.begin() - whole.begin(), all);
    }
    co_return all;
}

task<result<audit_follower::log_reading>> audit_follower::read_log(time_point after) const
{
    log_reading all;
    // Also when others use up the allowance, the log is read before the lists count as blind.
    const request_priority priority{urgency::access,
                                    std::chrono::steady_clock::now() + watched_.config.poll.stale_after / 2};
    for (std::size_t number = 1; number <= most_pages; ++number) {
        auto page = co_await read_page(after, number, priority);
        if (!page)
            co_return page.error();
        for (auto& event : page->events)
            all.events.push_back(std::move(event));
        if (page->unreadable > 0 && all.unreadable == 0)
            all.first_unreadable = fmt::format("page {}, item {}", number, page->first_unreadable);
        all.unreadable += page->unreadable;
        if (page->unreadable > 0)
            all.reach = audit_memory::reach::part_of_it;
        const bool is_last =
            page->facts.total_pages ? number >= *page->facts.total_pages : page->facts.items == 0;
        if (is_last)
            co_return all;
    }
    all.reach = audit_memory::reach::part_of_it;
    co_return all;
}

task<> audit_follower::look_once()
{
    const auto began = watched_.io.now();
    auto read = co_await read_log(watched_.memory.audit.look_back_to(began));
    if (!read) {
        note(read.error().message);
        call_.on_looked(began);
        co_return;
    }
    note(std::nullopt);
    note_unreadable(*read);
    // Events from before this daemon first looked explain findings, and need no following: everything is read
    // anyway.
    const bool first = !watched_.memory.audit.read_at();
    const auto fresh = watched_.memory.audit.take(std::move(read->events), began, read->reach);
    new_.insert(new_.end(), fresh.begin(), fresh.end());
    for (std::size_t i = 0; i < fresh.size(); ++i)
        counters_.audit_event_seen(watched_.config.settings.name);
    apply_audit_events(watched_, fresh);
    call_.on_looked(began);
    poll_access_lists();
    if (!first)
        co_await follow(fresh);
}

task<> audit_follower::follow(const std::vector<audit_event>& events)
{
    // A log that reports hundreds of changes at once is followed by reading the lists.
    if (events.size() > most_followed) {
        for (std::size_t list = 0; list < watched_.view.lists.size(); ++list)
            if (is_short(list))
                call_.poll_now(list);
        co_return;
    }
    std::set<std::pair<std::string, std::string>> followed;
    bool about_something_new = false;
    for (const auto& event : events) {
        const auto objects = objects_of(event);
        for (const auto& object : objects)
            expect_confirmation(event, object);
        if (objects.empty())
            unplaced_.push_back(event);
        about_something_new = about_something_new || objects.empty();
        if (followed.emplace(event.resource_id, event.alternate_id).second)
            co_await follow(objects);
    }
    if (about_something_new)
        poll_money_lists();
}

task<> audit_follower::follow(const std::vector<known_object>& objects)
{
    for (const auto& object : objects) {
        const bool read = co_await sweep_object(watched_, object.resource, object.address);
        if (!read)
            poll_list_of(object.resource);
    }
}

std::vector<audit_follower::known_object> audit_follower::objects_of(const audit_event& event) const
{
    std::vector<known_object> out;
    for (std::size_t resource = 0; resource < watched_.config.types.size(); ++resource) {
        const auto& type = watched_.config.types[resource];
        if (is_index(type) || type.pages == paging::no_endpoint || type.is_extra)
            continue;
        for_each(watched_.view.objects[resource], [&](const object_view& object) {
            if (is_about(event, object))
                out.push_back({resource, std::string(object.id()), std::string(object.address()),
                               values_named_by(event, type, object)});
        });
    }
    return out;
}

// An event of the look-up before whose object the lists that money depends on did not show may be about a
// user, a key or a client.
void audit_follower::poll_access_lists()
{
    const bool still_new = std::ranges::any_of(
        std::exchange(unplaced_, {}), [this](const audit_event& event) { return objects_of(event).empty(); });
    for (std::size_t list = 0; still_new && list < watched_.view.lists.size(); ++list)
        if (watched_.view.lists[list].from.order == urgency::access && is_short(list))
            call_.poll_now(list);
}

bool audit_follower::is_short(std::size_t list) const
{
    return target_age(watched_.view.lists[list], watched_.config.poll) == watched_.config.poll.interval;
}

void audit_follower::poll_money_lists()
{
    for (std::size_t list = 0; list < watched_.view.lists.size(); ++list)
        if (is_money(watched_.view.lists[list]) && is_short(list))
            call_.poll_now(list);
}

void audit_follower::poll_list_of(std::size_t resource)
{
    for (std::size_t list = 0; list < watched_.view.lists.size(); ++list)
        if (std::ranges::find(watched_.view.lists[list].resources, resource) !=
            watched_.view.lists[list].resources.end())
            call_.poll_now(list);
}

// Only where the list as it is known was read before the event: else it may show the change already.
void audit_follower::expect_confirmation(const audit_event& event, const known_object& object)
{
    const auto& seen = watched_.view.coverage[object.resource];
    if (object.values.empty() || seen.last_read().value_or(event.by.at) >= event.by.at ||
        unconfirmed_.size() >= most_unconfirmed)
        return;
    unconfirmed_.push_back({event, object.resource, object.id, object.values});
}

// Nothing while it may still be confirmed.
std::optional<bool> audit_follower::is_confirmed(const unconfirmed& waiting) const
{
    bool is_there = false;
    bool changed = false;
    for_each(watched_.view.objects[waiting.resource], [&](const object_view& object) {
        if (object.id() != waiting.id)
            return;
        is_there = true;
        for (const auto& [field, value] : waiting.before)
            changed = changed || object.field(field) != value;
    });
    if (!is_there || changed)
        return true;
    if (watched_.view.coverage[waiting.resource].last_read() < waiting.event.by.at + lag)
        return std::nullopt;
    return false;
}

void audit_follower::warn_of(const unconfirmed& waiting)
{
    const auto& type = watched_.config.types[waiting.resource];
    warnings_.push_back(fmt::format(
        "the audit log says that {} of {} {} changed at {}, but no reading shows it: it was changed back in "
        "between, or the list is not up to date",
        printable(type.fields[waiting.before.front().first].name), type.noun, printable(waiting.id),
        rfc3339(waiting.event.by.at)));
    if (warnings_.size() > most_warnings)
        warnings_.pop_front();
    log_.warn("an audit event is not confirmed by any reading", {{"account", watched_.config.settings.name},
                                                                 {"event", waiting.event.id},
                                                                 {"reason", warnings_.back()}});
    counters_.audit_event_unconfirmed(watched_.config.settings.name);
}

void audit_follower::on_reading(std::size_t resource)
{
    if (!watched_.view.coverage[resource].was_read())
        return;
    std::erase_if(unconfirmed_, [&](const unconfirmed& waiting) {
        if (waiting.resource != resource)
            return false;
        const auto confirmed = is_confirmed(waiting);
        if (confirmed == false)
            warn_of(waiting);
        return confirmed.has_value();
    });
}

}  // namespace trunkwarden
