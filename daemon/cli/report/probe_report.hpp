#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "cli/report/terminal.hpp"
#include "support/optional_reason.hpp"

namespace trunkwarden {

// The result of `doctor --probe-api` for one list or other answer: names and numbers only, nothing that
// belongs to the customer, so that anybody may post it.
struct probed_list {
    std::string request;      // "GET /ips?page[number]=1&page[size]=25"
    std::string outcome;      // "200", "403", or what kind of failure it was: "timed out"
    bool understood = false;  // the answer is one that the catalogue expects
    optional_reason fault;    // why it is not understood; a sentence without words of the answer
    std::size_t items = 0;
    std::set<std::string> headers;      // in small letters
    std::set<std::string> around;       // members beside the items
    std::set<std::string> watched;      // members of the items that the catalogue reads
    std::set<std::string> not_watched;  // members of the items that it does not read
    std::set<std::string> not_seen;     // members that it reads, and no item has
};

struct probed_account {
    std::vector<probed_list> lists;
    std::size_t lists_asked_for = 0;  // fewer were read when the API stopped answering
    std::size_t others = 0;  // of `lists`, at their end: answers about single objects, use and authors
};

std::string probe_report_text(const std::vector<probed_account>& all, layout layout);
std::string probe_report_json(const std::vector<probed_account>& all);

}  // namespace trunkwarden
