#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "containment/quarantine.hpp"
#include "state/background_writer.hpp"

namespace trunkwarden {

// The journal of the quarantine in the state file.
class sqlite_action_journal final : public action_journal {
public:
    explicit sqlite_action_journal(background_writer& state) : state_(state) {}

    task<result<void>> write(std::vector<action> changed) override
    {
        return state_.put_and_wait(change_of(std::move(changed)));
    }
    void write_later(std::vector<action> changed, std::set<std::string> forgotten) override
    {
        auto change = change_of(std::move(changed));
        change.forgotten_actions = std::move(forgotten);
        state_.put(std::move(change));
    }
    std::string trouble() const override { return state_.trouble(); }

private:
    static state_change change_of(std::vector<action> changed)
    {
        state_change out;
        for (auto& one : changed) {
            auto id = one.id;
            out.actions.insert_or_assign(std::move(id), std::move(one));
        }
        return out;
    }

    background_writer& state_;
};

}  // namespace trunkwarden
