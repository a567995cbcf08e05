#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "containment/quarantine.hpp"
#include "state/background_writer.hpp"
#include "state/history_words.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The journal of the quarantine in the state file.
class sqlite_action_journal final : public action_journal {
public:
    explicit sqlite_action_journal(background_writer& state) : state_(state) {}

    // The actions of earlier runs, whose states the history has.
    void restore(const std::vector<action>& kept)
    {
        for (const auto& action : kept)
            if (!has_ended(action.state))
                recorded_.insert_or_assign(action.id, action.state);
    }

    task<result<void>> write(std::vector<action> changed) override
    {
        auto change = change_of(std::move(changed));
        record_changes(change);
        return state_.put_and_wait(std::move(change));
    }
    void write_later(std::vector<action> changed, std::set<std::string> forgotten) override
    {
        auto change = change_of(std::move(changed));
        record_changes(change);
        for (const auto& id : forgotten)
            recorded_.erase(id);
        change.forgotten_actions = std::move(forgotten);
        state_.put(std::move(change));
    }
    optional_reason trouble() const override { return state_.trouble(); }

private:
    static state_change change_of(std::vector<action> changed)
    {
        state_change out;
        for (auto& action : changed) {
            auto id = action.id;
            out.actions.insert_or_assign(std::move(id), std::move(action));
        }
        return out;
    }

    // An event for each that came into another state.
    void record_changes(state_change& change)
    {
        for (const auto& [id, action] : change.actions) {
            const auto [known, is_new] = recorded_.try_emplace(id, action.state);
            if (!is_new && known->second == action.state)
                continue;
            known->second = action.state;
            change.events.push_back(history_of(action, std::chrono::system_clock::now()));
            if (has_ended(action.state))
                recorded_.erase(known);
        }
    }

    background_writer& state_;
    std::map<std::string, action_state> recorded_;  // of those that have not ended
};

}  // namespace trunkwarden
