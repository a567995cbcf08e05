#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "account/stopped_values.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "containment/replaced_baseline.hpp"

namespace trunkwarden {

// Keeps the baselines that reloads replaced, each for ten minutes and two sweeps: the file may be saved by
// half, or be the wrong one. Pure.
class reload_grace {
public:
    void add(std::shared_ptr<const baseline> before, time_point now);
    void end_sweep();
    std::vector<replaced_baseline> lasting(time_point now);

private:
    struct kept {
        replaced_baseline before;
        std::size_t sweeps = 0;  // since it was replaced
    };
    std::vector<kept> kept_;
};

// Since when the active baseline would have the quarantine do this, although the one before trusted the
// object, or named it and would have had it write something else; nothing where both agree.
std::optional<time_point> trusted_until_reload(const action& step, const observed_object& object,
                                               const std::vector<replaced_baseline>& replaced,
                                               const stopped_values& stopped, day today);

}  // namespace trunkwarden
