#pragma once

#include <cstddef>
#include <vector>

#include "fetch/connection.hpp"

namespace trunkwarden {

// Connections to one origin that wait for the next request. One is kept as long as it may be of use; further
// ones, which a burst of requests opened, cost about 90 KB each and are closed when they were idle for a few
// seconds. Each return of a connection looks for those: where no request is made, one connection is left over
// from the last.
class kept_connections {
public:
    using moment = connection::clock::time_point;

    // The one that was used last; nullptr when there is none that can still be used.
    connection_ptr take(moment now);

    void keep(connection_ptr used, moment now);

    std::size_t size() const { return idle_.size(); }

private:
    std::vector<connection_ptr> idle_;  // the one that is idle for longest first
};

}  // namespace trunkwarden
