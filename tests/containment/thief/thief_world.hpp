#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/outbox.hpp"
#include "catalogue/allowed_writes.hpp"
#include "containment/thief/schedule.hpp"
#include "containment/thief/tricks.hpp"
#include "containment/world.hpp"

// The account of the demo with a thief who knows the rules, operators and faults, one schedule long. It does
// what the schedule says, lets the daemon look after each step, and keeps the facts that the rules
// (rules.hpp) ask for: how the account really is, the requests that were written, and the messages that
// people got.

namespace trunkwarden::thief {

// One write as it reached the API, by the moment before it.
struct observed_write {
    std::string name;
    time_point at;
    const char* broken = nullptr;  // the reason why nobody may send it
    bool is_by_itself = false;     // not an undo, and nobody approved it
    bool counts = true;            // not answered 429
    std::string resource;
    std::string object;
    measure step{};
    trust is = trust::unknown;  // of the object, by the active baseline
    bool was_frozen = false;
    bool forgot_freeze = false;  // the state was lost since, and nobody thawed
    std::size_t listed = 0;      // objects of the resource when it was planned (note_plan)
    std::size_t steps_since_trust_changed = 0;
    std::size_t steps_since_freeze = 0;
};

// Something heavy that the baseline does not trust and that is there.
struct heavy_deviation {
    std::string resource;
    std::string id;
    std::string address;
    time_point since;              // it is there without a break
    std::size_t untold_looks = 0;  // looks since then without an event for people
    std::optional<time_point> unanswered_since = {};
    std::size_t overdue_looks = 0;  // while it was neither contained nor held, and not only to be reported
};

// The request that helps: of a restoration, the heavy fields that it writes.
struct remedy {
    bool is_possible = false;
    std::vector<std::string> fields = {};
};

// A list of the money class that cannot be read.
struct blind_list {
    std::string resource;
    time_point since;
    std::size_t untold_looks = 0;  // after the time it may take, without a critical event
};

// The faults that a test plants, to see that the rule finds them.
enum class planted {
    nothing,
    writes_to_trusted,
    ignores_freeze,
    ignores_journal,
    tells_nobody,
    never_acts,
    passes_limits,
    undoes_badly,
    grows,
    lightest_alerts_first,
    blind_is_light,
    lost_state_acts,
    gives_up_on_pokes,
    gives_up_on_returns,
    starves_behind_stalled,
    content_with_a_light_step,
};

inline constexpr unsigned max_in_a_cycle = 3;
inline constexpr unsigned max_in_an_hour = 12;
inline constexpr double max_fraction = 0.25;

class thief_world : public quarantine_world::demo_world {
public:
    explicit thief_world(planted bug = planted::nothing);

    void take(const step& moves);

    // At the end: takes everything back that can be.
    void undo_everything();

    // ---- what the rules look at

    std::vector<observed_write> writes;                 // of the last step
    std::map<std::string, heavy_deviation> deviations;  // that are there, by resource and id
    std::map<std::string, blind_list> blind;            // by path
    std::vector<std::string> undone_wrongly;
    std::size_t undone = 0;
    std::size_t undo_refused = 0;
    std::chrono::seconds critical_alert_waited{0};  // while a lighter one was sent, at most
    std::size_t moves_made = 0;
    std::size_t things_made = 0;  // objects that the thief or a fault made or changed
    std::size_t writes_in_all = 0;
    std::vector<std::pair<time_point, std::string>> written_by_itself;  // with their resource
    std::size_t alerts_waiting() const { return alerts_.pending("chat"); }
    bool is_frozen() const { return frozen_; }
    std::size_t objects_there = 0;  // in all lists that are watched, at most so far
    std::size_t due() const;        // actions that are planned or approved

private:
    // thief_moves.cpp
    void play(const move& move);
    void play_of_thief(const move& move);
    void play_of_operators(const move& move);
    void play_of_faults(const move& move);
    void create(const trick& trick);
    void change(const trick& trick, unsigned n);
    void toggle(unsigned n);
    void flip();
    void poison(unsigned n);
    void flood(unsigned n);
    void rename(unsigned n);
    void come_back(unsigned n);
    void remove(unsigned n);
    void poke(unsigned n);
    void poke_on();
    void stall(unsigned n);
    void light_first(const trick& trick, unsigned n);
    void heavy_next();
    void accept(unsigned n);
    void edit_on();
    void approve(unsigned n);
    void undo(unsigned n);
    void take_back(const action& was);
    struct owned {
        trick played;
        std::string id;
        boost::json::object as_made;
        bool flips = false;
        bool is_new = false;
        boost::json::object as_was = {};  // of a trusted one, before he changed it
        unsigned pokes = 0;               // that are left; with an odd number it has his value
    };
    owned* his(unsigned n);
    boost::json::object victim_of(const trick& trick, unsigned n);
    void note_change(const trick& trick, const boost::json::object& victim, const boost::json::object& made);

    // thief_world.cpp
    void watch_everything();
    void count_objects();
    void calm();
    void end_faults();
    bool cannot_read(const std::string& path);
    quarantine_world::mishap fate_of_write(const api_write& write);
    quarantine_world::mishap next_fate(const api_write& write);
    void churn(const std::string& path);
    void maybe_cut(const char* where);
    void freeze_or_thaw(bool frozen);
    void trust_changed();

    // observing.cpp
    void note_plan(const action& action);
    void note_write(const api_write& write);
    void note_action(const action& action, observed_write& seen);
    void note_fate(bool starts_over);
    void note_deviations();
    void note_blindness();
    void note_deviation(heavy_deviation& heavy, const observed_object& object, const remedy& remedy,
                        const std::string& path);
    const finding* finding_of(const heavy_deviation& heavy) const;
    void check_undone(const action& was, const action& after);
    remedy remedy_for(const observed_object& object, const deviation& found) const;
    bool is_answered(const heavy_deviation& heavy, const observed_object& object, const remedy& remedy) const;
    bool is_held(const action& some, const finding& about, const remedy& remedy) const;
    void note_attempts(heavy_deviation& heavy, const remedy& remedy) const;
    void give_up();
    std::optional<observed_object> as_it_is(std::string_view resource, const std::string& address);
    void plant(planted bug);

    // alerting.cpp
    void on_events(const std::vector<finding_event>& events) override;
    void send_alerts(time_point until);
    bool is_before_a_critical_one(std::set<std::string> findings) const;
    void note_critical_ones_that_wait();

    planted planted_;
    std::string whole_baseline_;
    std::vector<owned> his_;
    std::size_t light_ = 0;  // objects of floods
    unsigned flips_ = 0;
    std::map<std::string, unsigned> hidden_;  // paths, for so many steps
    std::map<std::string, unsigned> churned_;
    std::vector<std::pair<std::string, std::string>> churn_;  // path and id of the objects that it made
    std::map<std::string, std::pair<std::string, unsigned>> poisoned_;  // path: id, steps
    std::set<std::string> stalled_;                                     // ids
    std::vector<std::pair<trick, boost::json::object>>
        later_;  // changes before the next look, and their victims
    unsigned pokes_ = 0;
    unsigned exhausted_ = 0;
    unsigned without_key_ = 0;
    unsigned disk_is_full_ = 0;
    unsigned cut_in_ = 0;
    std::optional<quarantine_world::mishap> next_mishap_;
    std::vector<move> armed_;  // happen while the next write is on its way
    unsigned editing_ = 0;     // thirds of the baseline that are there
    bool frozen_ = false;
    bool lost_state_ = false;  // and nobody thawed since
    bool undoing_ = false;
    bool observing_ = false;
    std::size_t step_ = 0;
    time_point started_at_;  // the daemon
    time_point runs_since_;  // likewise, without a pause
    time_point looked_at_;
    time_point nothing_read_until_;  // by the account as a whole
    std::size_t trust_changed_at_ = 0;
    std::size_t frozen_at_ = 0;
    struct removal {
        time_point at;
        std::string resource;
        std::string id;
        std::string action;
        bool happened = false;
    };
    std::vector<removal> removed_;
    bool is_removed(const removal& gone) const;
    std::map<std::pair<std::string, time_point>, std::size_t> listed_at_plan_;  // by id and time of the plan
    std::map<std::string, time_point> told_;  // findings, and when people were last notified of them
    allowed_writes allowed_{catalogue};

    outbox alerts_;
    struct waiting_alert {
        severity level{};
        time_point queued;
        std::set<std::string> findings;
    };
    std::map<std::int64_t, waiting_alert> waiting_alerts_;
    std::map<std::string, time_point> heard_critically_;  // findings, and when last
    time_point sent_until_;
};

}  // namespace trunkwarden::thief
