#pragma once

#include <map>
#include <string>
#include <vector>

#include "diff/diff.hpp"
#include "findings/finding.hpp"
#include "findings/title.hpp"

namespace trunkwarden {

// Which deviations are open, across readings. No I/O and no clock: time comes in, events come out.
class ledger {
public:
    explicit ledger(std::string account) : account_(std::move(account)) {}

    // What one reading of one resource showed. From a part of a list findings open and change; they resolve
    // only from a whole one, because "could not ask" is not "gone". Findings of kind blind are left alone:
    // see apply_blind.
    std::vector<finding_event> apply(const resource_type& type, std::vector<deviation> seen, extent how_much,
                                     const namebook& names, time_point now);

    // A whole reading showed exactly what the one before it did.
    void confirm(const resource_type& type, time_point now);

    // Whether the resource cannot be seen: with a deviation of kind blind the finding opens, with none it
    // resolves.
    std::vector<finding_event> apply_blind(const resource_type& type, std::vector<deviation> blind,
                                           time_point now);

    // Words the open findings anew: names may have become known after a finding opened. That is no event.
    void retitle(const namebook& names);

    using by_id = std::map<std::string, finding, std::less<>>;
    const std::map<std::string, by_id, std::less<>>& open() const { return open_; }  // by resource
    std::size_t size() const;

private:
    void settle(by_id& open, deviation seen, const namebook& names, time_point now,
                std::vector<finding_event>& out);

    std::string account_;
    std::map<std::string, by_id, std::less<>> open_;
};

}  // namespace trunkwarden
