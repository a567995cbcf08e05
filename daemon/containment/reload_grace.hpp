#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "containment/plan.hpp"

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

}  // namespace trunkwarden
