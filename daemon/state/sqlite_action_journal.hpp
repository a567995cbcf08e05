#pragma once

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
        state_change change;
        for (auto& one : changed) {
            auto id = one.id;
            change.actions.insert_or_assign(std::move(id), std::move(one));
        }
        return state_.put_and_wait(std::move(change));
    }
    std::string trouble() const override { return state_.trouble(); }

private:
    background_writer& state_;
};

}  // namespace trunkwarden
