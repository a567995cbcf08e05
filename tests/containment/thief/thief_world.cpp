#include "containment/thief/thief_world.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <memory>

namespace trunkwarden::thief {

using quarantine_world::mishap;
using quarantine_world::power_cut;

namespace {

sink_settings a_chat()
{
    sink_settings out;
    out.name = "chat";
    out.type = sink_type::webhook;
    out.min_severity = severity::info;
    return out;
}

}  // namespace

thief_world::thief_world(planted bug)
    : planted_(bug),
      whole_baseline_(baseline_text),
      alerts_({a_chat()}, [next = 0]() mutable { return fmt::format("m{}", ++next); })
{
    seeded.set_audited(false);
    policy.max_actions_per_cycle = bug == planted::passes_limits ? 50 : max_in_a_cycle;
    policy.max_actions_per_hour = bug == planted::passes_limits ? 500 : max_in_an_hour;
    policy.max_fraction = bug == planted::passes_limits ? 1 : max_fraction;
    when_started = [this] { watch_everything(); };
    sent_until_ = now;
    start();
    demo_world::look();
    count_objects();
}

void thief_world::watch_everything()
{
    runs_since_ = started_at_ = now;
    api->cannot_read = [this](const std::string& path) { return cannot_read(path); };
    journal->before_write = [this](const action& action) {
        note_plan(action);
        maybe_cut("before the journal");
    };
    journal->after_write = [this](const action&) { maybe_cut("after the journal"); };
    api->on_its_way = [this](const api_write&) {
        for (const auto& move : std::exchange(armed_, {}))
            play_of_operators(move);
        if (!undoing_)
            flip();
    };
    api->just_before_write = [this](const api_write& write) {
        note_write(write);
        maybe_cut("before the request");
    };
    api->after_write = [this](const api_write&) { maybe_cut("after the request"); };
    api->write_goes = [this](const api_write& write) { return fate_of_write(write); };
    freeze_or_thaw(frozen_);
}

void thief_world::maybe_cut(const char* where)
{
    if (!undoing_ && cut_in_ > 0 && --cut_in_ == 0)
        throw power_cut{where};
}

bool thief_world::cannot_read(const std::string& path)
{
    if (observing_)
        return false;
    if (without_key_ > 0)
        return true;
    if (!undoing_ && churned_.contains(path))
        churn(path);
    const bool is_starved = planted_ == planted::starves_behind_stalled && !stalled_.empty() &&
                            std::ranges::any_of(his_, [&path](const owned& owned) {
                                return path == std::string(owned.played.path) + "/" + owned.id;
                            });
    if (is_starved || stalled_.contains(path.substr(path.rfind('/') + 1)))
        return true;
    return std::ranges::any_of(hidden_, [&path](const auto& pair) { return path.starts_with(pair.first); });
}

// Each read shows a new object, and not the one that was new two reads ago.
void thief_world::churn(const std::string& path)
{
    const simulator::author himself{"thief", "organization_member", true};
    const boost::json::object passing{{"name", "churn"},
                                      {"application_name", "churn"},
                                      {"friendly_name", "churn"},
                                      {"voice_url", "https://churn.example/"},
                                      {"webhook_event_url", "https://churn.example/"}};
    const auto made = seeded.create_first(path, passing, himself);
    ++things_made;
    churn_.emplace_back(path, std::string(made.at("id").as_string()));
    if (churn_.size() <= 2)
        return;
    seeded.remove(churn_.front().first, churn_.front().second, himself);
    churn_.erase(churn_.begin());
}

mishap thief_world::fate_of_write(const api_write& write)
{
    const auto fate = undoing_ ? mishap::none : next_fate(write);
    const bool happens =
        fate == mishap::none || fate == mishap::timed_out_after || fate == mishap::half_applied;
    if (write.method == "DELETE" && !removed_.empty() && write.target.ends_with(removed_.back().id))
        removed_.back().happened = happens;
    return fate;
}

mishap thief_world::next_fate(const api_write& write)
{
    auto fate = mishap::none;
    if (without_key_ > 0)
        fate = mishap::refused_422;
    else if (exhausted_ > 0)
        fate = mishap::rate_limited;
    else if (next_mishap_)
        fate = *std::exchange(next_mishap_, std::nullopt);
    if (fate != mishap::none)
        note_fate(fate == mishap::rate_limited || (fate == mishap::refused_409 && write.method == "PATCH"));
    return fate;
}

void thief_world::freeze_or_thaw(bool frozen)
{
    frozen_ = frozen;
    frozen_at_ = step_;
    if (planted_ == planted::never_acts)
        guard->forbid("a test keeps it from acting");
    else
        guard->forbid(frozen && planted_ != planted::ignores_freeze ? optional_reason("frozen")
                                                                    : std::nullopt);
}

// Of the planted daemons three lose heart.
void thief_world::give_up()
{
    const bool after_pokes = planted_ == planted::gives_up_on_pokes && pokes_ >= 3;
    const bool after_returns = planted_ == planted::gives_up_on_returns &&
                               std::ranges::count(guard->actions(), action_state::done, &action::state) >= 3;
    const bool with_a_light_step = planted_ == planted::content_with_a_light_step &&
                                   std::ranges::any_of(guard->actions(), [](const action& action) {
                                       return action.state == action_state::waiting;
                                   });
    if (after_pokes || after_returns || with_a_light_step)
        guard->forbid("a test keeps it from acting");
}

void thief_world::trust_changed()
{
    trust_changed_at_ = step_;
}

// Without faults, for the steps of a test itself.
void thief_world::calm()
{
    cut_in_ = 0;
    next_mishap_.reset();
    hidden_.clear();
    churned_.clear();
    without_key_ = exhausted_ = disk_is_full_ = 0;
    on_disk.broken.reset();
    armed_.clear();
}

void thief_world::end_faults()
{
    const auto pass = [](auto& faults) {
        for (auto at = faults.begin(); at != faults.end();)
            at = --at->second == 0 ? faults.erase(at) : std::next(at);
    };
    pass(hidden_);
    pass(churned_);
    for (auto at = poisoned_.begin(); at != poisoned_.end();)
        if (--at->second.second == 0) {  // somebody removed it by hand
            seeded.remove(at->first, at->second.first, seeded.somebody());
            at = poisoned_.erase(at);
        } else {
            ++at;
        }
    for (auto* left : {&exhausted_, &without_key_, &disk_is_full_})
        *left -= *left > 0 ? 1 : 0;
    if (disk_is_full_ == 0)
        on_disk.broken.reset();
}

void thief_world::take(const step& moves)
{
    ++step_;
    writes.clear();
    try {
        heavy_next();
        for (const auto& move : moves)
            play(move);
        flip();
        poke_on();
        edit_on();
        plant(planted_);
        demo_world::look();
        count_objects();
        give_up();
    } catch (const power_cut&) {
        cut_in_ = 0;
        trust_changed();  // an object that was accepted by hand is not in the file
        start();
    }
    note_deviations();
    note_blindness();
    end_faults();
}

void thief_world::count_objects()
{
    std::size_t sum = 0;
    for (const auto& list : watched->view.objects)
        sum += count(list);
    objects_there = std::max(objects_there, sum);  // a daemon that started without a key sees none
}

std::size_t thief_world::due() const
{
    return static_cast<std::size_t>(std::ranges::count_if(guard->actions(), [](const action& action) {
        return action.state == action_state::planned || action.state == action_state::approved;
    }));
}

void thief_world::undo_everything()
{
    ++step_;
    writes.clear();
    calm();
    lost_state_ = false;
    freeze_or_thaw(false);
    for (auto& owned : his_)
        owned.flips = false;
    auto all = guard->actions();
    std::ranges::reverse(all);
    for (const auto& action : all)
        if (action.state == action_state::done && action.undo != undoing::impossible)
            take_back(action);
}

}  // namespace trunkwarden::thief
