#include "watch/event_pipeline.hpp"

#include <utility>

#include "catalogue/names.hpp"
#include "support/parse_time.hpp"
#include "watch/account_gauges.hpp"
#include "watch/note_forgotten.hpp"
#include "watch/state_restore.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// A whole literal for each, so that a search finds it.
std::string_view sentence_of(transition change)
{
    switch (change) {
        case transition::opened:
            return "finding opened";
        case transition::changed:
            return "finding changed";
        case transition::acknowledged:
            return "finding acknowledged";
        case transition::contained:
            return "finding contained";
        case transition::recreated:
            return "finding recreated";
        case transition::resolved:
            return "finding resolved";
        case transition::reminder:
            return "finding still open";
    }
    return "finding";
}

}  // namespace

event_pipeline::event_pipeline(account& account, audit_follower& audit, const dependencies& with)
    : account_(account), audit_(audit), with_(with), started_(account.io.now()), all_persisted_at_(started_)
{
}

void event_pipeline::on_events(const std::vector<finding_event>& events)
{
    if (!audit_.is_watching()) {
        release(events);
        return;
    }
    const bool waited_before = attribution_.due_at().has_value();
    release(attribution_.add(events, account_.io.now()));
    if (waited_before || !attribution_.due_at())
        return;
    audit_.look_now();
    attribution_began_.notify_all();
}

void event_pipeline::on_audit_looked(time_point began)
{
    if (attribution_.is_due_after_look(began))
        release(attribution_.take());
}

// A look-up that takes too long, or fails, delays no alert further.
task<> event_pipeline::release_unattributed()
{
    for (;;) {
        if (attribution_.is_due(account_.io.now()))
            release(attribution_.take());
        const auto until = steady_time_of(attribution_.due_at(), account_.io.now());
        co_await attribution_began_.wait_until(until);
    }
}

void event_pipeline::pass_time()
{
    const auto now = account_.io.now();
    if (grouping_.is_due(now))
        alert(grouping_.take());
    persist_unsaved();
    constexpr auto between_persisting_all = 5min;
    if (now - all_persisted_at_ >= between_persisting_all)
        persist_all_open();
}

void event_pipeline::release_all()
{
    release(attribution_.take());
    alert(grouping_.take());
}

void event_pipeline::finish()
{
    release_all();
    persist_unsaved();
    persist_all_open();
}

void event_pipeline::release(const std::vector<finding_event>& events)
{
    for (const auto& event : events) {
        log_event(event);
        if (event.transition == transition::opened || event.transition == transition::recreated) {
            with_.counters.finding_opened(event.about.account, labels_of(event.about));
            count_detection(event.about);
        }
    }
    alert(grouping_.add(events, account_.io.now()));
}

void event_pipeline::alert(const std::vector<finding_event>& events)
{
    if (!events.empty())
        with_.sink.alert(account_.config.settings.name, events);
    with_.progress.notify_all();
}

void event_pipeline::record(history_event event)
{
    with_.sink.persist(change_that_records(std::move(event)));
}

void event_pipeline::log_event(const finding_event& event)
{
    const auto& f = event.about;
    std::vector<log_field> fields{{"account", f.account},
                                  {"finding", f.id},
                                  {"severity", name_of(f.deviation.level)},
                                  {"kind", name_of(f.deviation.kind)},
                                  {"resource", f.deviation.type->name},
                                  {"resource_id", f.deviation.id}};
    if (f.by)
        fields.emplace_back("actor", f.by->user_id);
    if (f.by && !f.by->email.empty())
        fields.emplace_back("actor_email", f.by->email);
    if (!f.incident.empty())
        fields.emplace_back("incident", f.incident);
    if (f.occurrences > 1)
        fields.emplace_back("times", f.occurrences);
    if (!event.by.empty())
        fields.emplace_back("by", event.by);
    fields.emplace_back("title", f.title);
    const bool calm =
        event.transition == transition::resolved || event.transition == transition::acknowledged;
    with_.log.write(calm ? log_level::info : log_level::warn, sentence_of(event.transition), fields);
}

void event_pipeline::count_detection(const finding& opened)
{
    const auto touched = parse_time(opened.deviation.modified_at);
    const auto changed = opened.by ? std::optional(opened.by->at) : touched;
    if (changed && *changed >= started_)
        with_.counters.detected(account_.config.settings.name, opened.opened - *changed);
}

// A delayed finding is not persisted yet, so that a crash loses no alert: the finding is found again.
void event_pipeline::persist_unsaved()
{
    auto unsaved = take_unsaved(account_.config, account_.memory,
                                [this](const std::string& finding) { return delays(finding); });
    for (auto& event : audit_.take_new()) {
        auto key = std::pair(account_.config.settings.name, event.id);
        unsaved.audited.emplace(std::move(key), std::move(event));
    }
    note_forgotten(with_.log, with_.counters, "secrets", unsaved.forgotten_secrets.size());
    with_.sink.persist(std::move(unsaved));
}

// Without this, the time when a finding was last seen would only be known as of its last event.
void event_pipeline::persist_all_open()
{
    all_persisted_at_ = account_.io.now();
    state_change all;
    for (auto& open : account_.memory.findings.all_open())
        if (!delays(open.id)) {
            auto id = open.id;
            all.findings.emplace(std::move(id), std::move(open));
        }
    with_.sink.persist(std::move(all));
}

}  // namespace trunkwarden
