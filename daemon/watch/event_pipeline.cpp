#include "watch/event_pipeline.hpp"

#include <utility>

#include "catalogue/names.hpp"
#include "support/parse_time.hpp"
#include "watch/account_gauges.hpp"
#include "watch/restoring.hpp"

namespace trunkwarden {
namespace {

using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

// A whole literal for each, so that a search finds it.
std::string_view sentence_of(transition what)
{
    switch (what) {
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

event_pipeline::event_pipeline(account& watched, audit_follower& audit, const watch_dependencies& with)
    : watched_(watched), audit_(audit), with_(with), started_(watched.io.now()), kept_all_at_(started_)
{
    audit_.on_looked([this](time_point began) {
        if (names_.is_due_after_look(began))
            tell(names_.take());
    });
}

// A look-up that takes too long, or fails, holds back no alert.
task<> event_pipeline::release_names()
{
    for (;;) {
        if (names_.is_due(watched_.io.now()))
            tell(names_.take());
        const bool waiting = names_.due_at().has_value();
        const auto until = waiting ? steady::now() + std::chrono::milliseconds(100) : wake_up::moment::max();
        co_await names_held_.wait_until(until);
    }
}

void event_pipeline::pass_time()
{
    const auto now = watched_.io.now();
    if (gathered_.is_due(now))
        with_.alerts.tell(watched_.config.settings.name, gathered_.take());
    save();
    constexpr auto between_keeping_all = 5min;
    if (now - kept_all_at_ >= between_keeping_all)
        keep_all();
}

// What changed without an event.
void event_pipeline::save()
{
    auto unsaved = take_unsaved(watched_, [this](const std::string& id) { return holds(id); });
    for (auto& event : audit_.take_new()) {
        auto key = std::pair(watched_.config.settings.name, event.id);
        unsaved.audited.emplace(std::move(key), std::move(event));
    }
    with_.state.put(std::move(unsaved));
}

void event_pipeline::tell_what_is_held()
{
    tell(names_.take());
    with_.alerts.tell(watched_.config.settings.name, gathered_.take());
}

void event_pipeline::finish()
{
    tell_what_is_held();
    save();
    keep_all();
}

// Without this, when a finding was last seen would only be known as of its last event.
void event_pipeline::keep_all()
{
    kept_all_at_ = watched_.io.now();
    state_change all;
    for (auto& one : watched_.memory.findings.all_open())
        if (!holds(one.id)) {
            auto id = one.id;
            all.findings.emplace(std::move(id), std::move(one));
        }
    with_.state.put(std::move(all));
}

void event_pipeline::count_detection(const finding& opened)
{
    const auto touched = parse_time(opened.what.touched);
    const auto changed = opened.by ? std::optional(opened.by->at) : touched;
    if (changed && *changed >= started_)
        with_.counters.detected(watched_.config.settings.name, opened.opened - *changed);
}

void event_pipeline::log_event(const finding_event& event)
{
    const auto& f = event.about;
    std::vector<log_field> fields{{"account", f.account},
                                  {"finding", f.id},
                                  {"severity", name_of(f.what.level)},
                                  {"kind", name_of(f.what.kind)},
                                  {"resource", f.what.type->name},
                                  {"resource_id", f.what.id}};
    if (f.by)
        fields.emplace_back("actor", f.by->user_id);
    if (!f.incident.empty())
        fields.emplace_back("incident", f.incident);
    if (f.times > 1)
        fields.emplace_back("times", f.times);
    fields.emplace_back("title", f.title);
    const bool calm = event.what == transition::resolved || event.what == transition::acknowledged;
    with_.log.write(calm ? log_level::info : log_level::warn, sentence_of(event.what), fields);
}

void event_pipeline::on_events(const std::vector<finding_event>& events)
{
    if (!audit_.is_watching()) {
        tell(events);
        return;
    }
    const bool waited_before = names_.due_at().has_value();
    tell(names_.add(events, watched_.io.now()));
    if (waited_before || !names_.due_at())
        return;
    audit_.look_now();
    names_held_.now();
}

void event_pipeline::tell(const std::vector<finding_event>& events)
{
    for (const auto& event : events) {
        log_event(event);
        if (event.what == transition::opened || event.what == transition::recreated) {
            with_.counters.finding_opened(event.about.account, labels_of(event.about));
            count_detection(event.about);
        }
    }
    with_.alerts.tell(watched_.config.settings.name, gathered_.add(events, watched_.io.now()));
}

}  // namespace trunkwarden
