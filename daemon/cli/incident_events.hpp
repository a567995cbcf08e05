#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <vector>

#include "state/history_event.hpp"

namespace trunkwarden {

// The events of an incident as they come, the newest first (status/history_json.hpp). A thief can make any
// number of them, so of each weight the last and the first are kept: neither what he did first nor what
// people did gives way to what he does without end.
class incident_events {
public:
    static constexpr std::size_t most = 2'000;  // of each weight

    // Messages that were delivered are left out: they are about findings that have events.
    void add(boost::json::object event);

    // The oldest first. They are gone then.
    boost::json::array take();
    std::size_t left_out() const { return left_out_; }  // in between

private:
    struct placed {
        std::size_t place = 0;  // in the order in which they came
        boost::json::object event;
    };
    struct kept {
        std::vector<placed> last;
        std::deque<placed> first;
    };

    std::map<history_weight, kept> by_weight_;
    std::size_t place_ = 0;
    std::size_t left_out_ = 0;
};

}  // namespace trunkwarden
