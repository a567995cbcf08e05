#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/audit_memory.hpp"
#include "diff/diff.hpp"
#include "findings/finding.hpp"
#include "findings/title.hpp"
#include "snapshot/fingerprint.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// One look at the objects of a resource: how much of them it showed, and when it began and ended. A look
// that began earlier resolves nothing that a later one may have seen.
struct observation {
    extent completeness = extent::complete;
    time_point began;
    time_point at;
    std::optional<time_point> judged_again_at = {};  // by another baseline, later
};

// Which deviations are open, across readings, restarts and people. No I/O and no clock: time comes in, events
// come out. Changes without an event are in take_unsaved().
class ledger {
public:
    using events = std::vector<finding_event>;
    using by_id = std::map<std::string, finding, std::less<>>;

    // A finding that resolved and is back within this span is the same finding. From the second time on it is
    // reported as resolved only when it stayed away for so long, and as back only at every doubling: a
    // flapping one does not flood.
    static constexpr auto settling_time = std::chrono::hours(1);
    // Heavy findings by one actor this close together are one incident.
    static constexpr auto incident_span = std::chrono::minutes(15);
    // How late an audit event may come before a change counts as one without a trail.
    static constexpr auto trail_patience = std::chrono::minutes(10);
    // A finding from an audit event is about something that happened: no list takes it back, so it ends so
    // long after somebody acknowledged it.
    static constexpr auto event_keeping = std::chrono::hours(24);

    // So many of them are open for one resource at most. Beyond that those end first which somebody
    // acknowledged, then the least severe, then the oldest; they were reported, and are kept as resolved.
    static constexpr std::size_t max_from_events = 1'000;
    // So many open findings of one resource were not shown by the last reading at most, of those that opened
    // since its list was last read whole, beside those that were asked for in vain. Beyond that they end in
    // the same order, and say so.
    static constexpr std::size_t max_unseen = 1'000;
    // So many that resolved within settling_time are known again when they come back.
    static constexpr std::size_t max_recent = 5'000;

    // So many findings are reminded of at one moment.
    static constexpr std::size_t max_reminders = 10;

    // A bare id says nothing about the state that somebody looked at. For so long after a change of the state
    // it may be the one before that.
    static constexpr auto state_settling = std::chrono::minutes(10);
    // A flapping one that stays for a second reading is reported; when something about it was reported less
    // than this before, as soon as that is over. So one that stays is always reported, and a flapping one six
    // times an hour at most.
    static constexpr auto return_interval = std::chrono::minutes(10);

    explicit ledger(std::string account) : account_(std::move(account)) {}

    // From now on each finding says which state it is in. The key must outlive the ledger. Before restore().
    void show_states(const fingerprinter& key) { key_ = &key; }

    // As an earlier run of the daemon left it.
    void restore(finding kept);

    // Takes the deviations that one look at one resource showed. From a part of a list findings open and
    // change; they resolve only from a whole one, because "could not ask" is not "gone". Findings of kind
    // blind and those from audit events are left alone.
    events apply(const resource_type& type, std::vector<deviation> seen, const observation& observation,
                 const object_names& names);

    // A reading of every page showed exactly what the one before it did.
    events confirm(const resource_type& type, const observation& observation);

    // Whether the resource cannot be seen: with a deviation of kind blind the finding opens. It resolves when
    // there is none and `how` is whole: it was seen, not merely "not blind for long enough yet".
    events apply_blind(const resource_type& type, std::vector<deviation> blind,
                       const observation& observation);

    // A reading of the list ended, all of which was applied. A part of a list resolves no finding, so that
    // somebody who keeps it from being read whole, and makes one object after another, would fill the memory:
    // the surplus ends, the least needed first. Without a new finding nothing does, so that no outage ends
    // one. `asked_for` are findings of unseen_surplus() whose objects were asked for alone: those that are
    // gone end, and those of which that is not known stay.
    struct asked_objects {
        std::set<std::string, std::less<>> gone = {};
        std::set<std::string, std::less<>> not_known = {};
    };
    events end_unseen_surplus(const resource_type& type, const observation& observation,
                              const asked_objects& asked_for);
    std::vector<std::string> unseen_surplus(const resource_type& type, const observation& observation) const;

    // The object was asked for alone, and is there.
    void was_there(std::string_view id, time_point now);

    // How many findings gave way since the last call, because there were too many.
    struct given_way {
        std::size_t unseen = 0;       // open ones that no reading showed to be gone
        std::size_t from_events = 0;  // those from audit events that nobody acknowledged
        std::size_t recent = 0;       // resolved ones, which count as new when they come back
    };
    given_way take_given_way() { return std::exchange(given_way_, {}); }

    // Takes a deviation that an audit event shows alone, and the actor of the event.
    events apply_event(deviation seen, const actor& by, time_point now);

    // Ends the findings from audit events of a resource that somebody has looked into since.
    events settle_events(std::string_view resource, time_point looked_at, time_point now);

    // Looks for who did what is not explained yet, and joins the findings of one actor to incidents. `naming`
    // fills in what the account knows of an actor.
    using actor_naming = std::function<void(actor&)>;
    events attribute_open(const audit_memory& log, time_point now, const actor_naming& naming = {});

    // When the oldest change was seen, since `since`, of which nobody knows who made it; nothing where there
    // is none.
    std::optional<time_point> unexplained_since(time_point since) const;

    // Updates the names of the actors of all findings: people come and go. That is no event.
    void name_actors(const actor_naming& naming);

    // Marks what no audit event explains although there was time for one. `watching_since` is the end of the
    // first sweep: an object that deviated then and does not say when it was changed may have done so for
    // years.
    void mark_trails(const audit_memory& log, std::optional<time_point> watching_since, time_point now);

    // Reminders of findings that nobody acknowledged (0: none), acknowledgements that end. `attested`:
    // whether somebody attests two-factor authentication.
    enum class attesting : std::uint8_t { nothing, two_factor };
    events pass_time(std::chrono::milliseconds reminder_interval, attesting attested, time_point now);

    // `state` is the one that the person looked at, "" when none was named. Fails with not_found or
    // bad_usage; the sentence says which findings can be acknowledged, and how.
    result<finding_event> acknowledge(std::string_view id, acknowledgement acknowledged,
                                      std::string_view state = {});
    result<finding_event> unacknowledge(std::string_view id, time_point now);

    // The object was made harmless, or has its trusted values again. `as_now` is what still deviates, as the
    // object was just read; nothing when that is nothing. When more of it is seen again it is recreated.
    // Fails with not_found when no such finding is open.
    result<finding_event> contain(std::string_view id, std::optional<deviation> as_now, time_point now);

    // trunkwarden lockdown left the object like this: its finding is contained, and keeps its actor. A
    // trusted object that lockdown switched off has a finding without notification; once it is seen in
    // another state, people are notified of that.
    events leave_contained(deviation seen, std::string sentence, const object_names& names, time_point now);

    // A contained object is as it was before, because somebody wants it so: to see it is no return.
    std::optional<finding_event> release(std::string_view id, time_point now);

    // Notes what the quarantine does about a finding. An event when people are to be notified of the change;
    // a critical one for a finding of any severity, when it needs a person at once.
    enum class announcement : std::uint8_t { quietly, aloud, critically };
    std::optional<finding_event> note_quarantine(std::string_view id, std::string sentence, announcement mode,
                                                 time_point now);

    // The resource is not watched any more. Returns those that were open; the ledger knows none of it.
    std::vector<finding> take_out(std::string_view resource);

    // Updates the words of the open findings: names may have become known after a finding opened. That is no
    // event.
    void retitle(const object_names& names);

    // Updates the possible loss through each finding. A change of that is no event.
    void take_exposures(const std::function<std::optional<exposure>(const deviation&)>& exposure_of);

    const std::map<std::string, by_id, std::less<>>& open() const { return open_; }  // by resource
    std::size_t size() const;

    // Findings that changed without an event since the last call.
    std::vector<finding> take_unsaved();
    // All that are open, with the times they were last seen.
    std::vector<finding> all_open() const;

private:
    std::string id_of(const by_id& open, const deviation& seen) const;
    void settle(by_id& open, deviation seen, const observation& observation, const object_names& names,
                events& out);
    void open_anew(std::string id, deviation seen, const object_names& names, time_point now, events& out);
    void see_again(finding& known, deviation seen, const object_names& names, time_point now, events& out);
    void see_contained(finding& known, deviation seen, const observation& observation,
                       const object_names& names, events& out);
    void change(finding& known, transition event, deviation seen, const object_names& names, time_point now,
                events& out);
    void resolve_unseen(by_id& open, const std::set<std::string, std::less<>>& still_there,
                        const observation& observation, bool (*concerns)(const finding&), events& out);
    bool is_gone_for_good(finding& known, time_point now);
    void end(by_id& open, by_id::iterator at, time_point now, events& out);
    void end_surplus_event(by_id& open, const std::string& newest, time_point now, events& out);
    void forget_surplus_recent();
    static bool has_been_seen_to(const finding& finding, attesting attested, time_point now);
    void end_acknowledgement(finding& known, time_point now, events& out);
    void remind(std::vector<finding*> due, time_point now, events& out);
    void join_incident(finding& first, finding& other, std::set<finding*>& changed);
    void find_incidents(std::set<finding*>& changed);
    void emit(transition event, finding& about, time_point now, events& out);
    void take_state(finding& about, time_point now);
    void come_back(finding& known, time_point now, events& out);
    void tell_return(finding& known, time_point now, events& out);
    void changed_silently(const finding& about) { unsaved_.insert(about.id); }
    finding* find(std::string_view id);
    template <class Visit>
    void for_each(Visit visit)
    {
        for (auto& [resource, findings] : open_)
            for (auto& [id, finding] : findings)
                visit(finding);
    }

    std::string account_;
    const fingerprinter* key_ = nullptr;  // nullptr: findings have no states
    std::map<std::string, by_id, std::less<>> open_;
    by_id recent_;                                            // resolved less than settling_time ago
    std::map<std::string, time_point, std::less<>> whole_;    // when a list was last read whole, by resource
    std::map<std::string, time_point, std::less<>> in_part_;  // when it was last read in part
    given_way given_way_;
    std::set<std::string> unsaved_;
};

// Events of one moment, one for each finding: an opening that was explained at the same moment is an opening
// that names the actor.
std::vector<finding_event> collapse(std::vector<finding_event> events);

// Events that were held back, one for each finding: as it is by now, or that it came and went.
std::vector<finding_event> coalesced(std::vector<finding_event> events);

}  // namespace trunkwarden
