#pragma once

#include <string>
#include <utility>
#include <vector>

#include "containment/quarantine.hpp"
#include "state/state_keeper.hpp"

namespace trunkwarden {

// The journal of the quarantine in the state file.
class state_journal final : public action_journal {
public:
    explicit state_journal(state_keeper& state) : state_(state) {}

    task<result<void>> write(std::vector<action> changed) override
    {
        state_change change;
        for (auto& one : changed) {
            auto id = one.id;
            change.actions.insert_or_assign(std::move(id), std::move(one));
        }
        return state_.put_and_wait(std::move(change));
    }
    std::string trouble() const override { return state_.trouble(); }

private:
    state_keeper& state_;
};

}  // namespace trunkwarden
