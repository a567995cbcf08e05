#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "fetch/api_client.hpp"
#include "fetch/listing.hpp"
#include "support/async/async.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Takes the pages of a list as they arrive, in any order. Pure: it does no I/O.
class page_sink {
public:
    virtual ~page_sink() = default;
    virtual void restart() = 0;  // the list moved: its pages come again
    virtual result<page_facts> take(page_place place, std::string body) = 0;
    // An item that is too large to come even alone, or cannot be read. It counts as an item.
    virtual void leave_out(page_place place, const failure& why) = 0;
    virtual std::optional<std::string> repeated_id()
        const = 0;  // an id that two of the items taken so far share
};

struct fetch_limits {
    std::size_t side_by_side = 4;  // pages in flight
    std::size_t max_pages = 20'000;
    unsigned readings = 3;                                             // how often a list that moves is read
    std::chrono::milliseconds pause = std::chrono::milliseconds(300);  // before it is read again
    std::optional<request_priority> priority = {};                     // instead of the list's own
};

// Notes in the statements of a page that a Link header names a next one.
void note_link(const api_page& answer, page_facts& facts);

// Reads a whole list into `sink`. A page that is too large is asked for again in smaller ones. Success means
// complete: every page that `meta` promised, as many items as it promised, none twice. A list that moved
// while it was read is read again; one that keeps moving fails with errc::moved, after as many readings as
// the limits say, each to the end of the list.
task<result<std::size_t>> fetch_list(api_client& api, const listing& from, page_sink& into,
                                     fetch_limits limits);

}  // namespace trunkwarden
