#include "watch/account_voice.hpp"

#include <utility>

#include "catalogue/names.hpp"
#include "support/parse_time.hpp"
#include "watch/account_report.hpp"
#include "watch/restoring.hpp"

namespace trunkwarden {
namespace {

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

account_voice::account_voice(account& watched, audit_watch& audit, const watch_surroundings& with)
    : watched_(watched), audit_(audit), with_(with), started_(watched.now()), kept_all_at_(started_)
{
    audit_.on_looked([this](time_point began) {
        if (names_.is_due_after_look(began))
            tell(names_.take());
    });
}

// A look-up that takes too long, or fails, holds back no alert.
task<> account_voice::release_names()
{
    for (;;) {
        if (names_.is_due(watched_.now()))
            tell(names_.take());
        const auto until = steady_time_of(names_.due_at(), watched_.now());
        co_await names_held_.wait_until(until);
    }
}

void account_voice::pass_time()
{
    const auto now = watched_.now();
    if (gathered_.is_due(now))
        tell_gathered();
    save();
    constexpr auto between_keeping_all = 5min;
    if (now - kept_all_at_ >= between_keeping_all)
        keep_all();
}

// What changed without an event.
void account_voice::save()
{
    auto unsaved = take_unsaved(watched_, [this](const std::string& id) { return holds(id); });
    for (auto& event : audit_.take_new()) {
        auto key = std::pair(watched_.settings.name, event.id);
        unsaved.audited.emplace(std::move(key), std::move(event));
    }
    with_.state.put(std::move(unsaved));
}

void account_voice::tell_what_is_held()
{
    tell(names_.take());
    tell_gathered();
}

void account_voice::tell_gathered()
{
    with_.people.tell(watched_.settings.name, gathered_.take());
    with_.progress.notify_all();
}

void account_voice::finish()
{
    tell_what_is_held();
    save();
    keep_all();
}

// Without this, when a finding was last seen would only be known as of its last event.
void account_voice::keep_all()
{
    kept_all_at_ = watched_.now();
    state_change all;
    for (auto& one : watched_.findings.all_open())
        if (!holds(one.id)) {
            auto id = one.id;
            all.findings.emplace(std::move(id), std::move(one));
        }
    with_.state.put(std::move(all));
}

void account_voice::count_detection(const finding& opened)
{
    const auto touched = parse_time(opened.what.touched);
    const auto changed = opened.by ? std::optional(opened.by->at) : touched;
    if (changed && *changed >= started_)
        with_.counters.detected(watched_.settings.name, opened.opened - *changed);
}

void account_voice::log_event(const finding_event& event)
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

void account_voice::on_events(const std::vector<finding_event>& events)
{
    if (!audit_.is_watching()) {
        tell(events);
        return;
    }
    const bool waited_before = names_.due_at().has_value();
    tell(names_.add(events, watched_.now()));
    if (waited_before || !names_.due_at())
        return;
    audit_.look_now();
    names_held_.notify_all();
}

void account_voice::tell(const std::vector<finding_event>& events)
{
    for (const auto& event : events) {
        log_event(event);
        if (event.what == transition::opened || event.what == transition::recreated) {
            with_.counters.finding_opened(event.about.account, labels_of(event.about));
            count_detection(event.about);
        }
    }
    with_.people.tell(watched_.settings.name, gathered_.add(events, watched_.now()));
    with_.progress.notify_all();
}

}  // namespace trunkwarden
