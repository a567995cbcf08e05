#pragma once

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <vector>

namespace trunkwarden {

// Which items of a lockdown are done, as its journal says. New secrets are made in rounds: the first one, and
// another one for each --rotate-again. An item is done when its secret of its last round is active.
class lockdown_rounds {
public:
    // Takes a line of the journal. Lines of other things change nothing.
    void note(const boost::json::object& line);

    bool is_done(const std::string& item) const;
    unsigned round_of(const std::string& item) const;
    unsigned last() const { return last_round_; }

    // Whether these items are those of the last --rotate-again, and some of them are not done.
    bool is_interrupted(const std::vector<std::string>& items) const;

    // Whether a way into the account was open in the round of this item, or in a later one.
    bool is_exposed(const std::string& item) const { return round_of(item) <= exposed_round_; }

private:
    std::map<std::string, unsigned> done_;  // item, and the round in which it was done
    std::map<std::string, unsigned> due_;   // item, and the last round that asked for it, from 2
    unsigned last_round_ = 1;
    unsigned exposed_round_ = 0;
};

}  // namespace trunkwarden
