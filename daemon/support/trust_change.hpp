#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// What an edited file means, as sentences: whoever can edit it can hide from the watch, so that it is told.

namespace trunkwarden {

struct trust_change {
    // Whether the watch lets more pass than before, or as much, or less.
    enum class way : std::uint8_t { wider, narrower };
    way to = way::narrower;
    std::string sentence;
    friend bool operator==(const trust_change&, const trust_change&) = default;
};

// The first of each way, and how many more there are. Counted apart, so that a thousand harmless changes do
// not hide the one that matters.
class trust_changes {
public:
    static constexpr std::size_t most_of_a_way = 40;

    void add(trust_change::way to, std::string sentence)
    {
        auto& count = to == trust_change::way::wider ? wider_ : narrower_;
        if (++count <= most_of_a_way)
            told_.push_back({to, std::move(sentence)});
    }

    const std::vector<trust_change>& told() const { return told_; }
    std::size_t count() const { return wider_ + narrower_; }
    std::size_t untold() const { return count() - told_.size(); }
    bool empty() const { return told_.empty(); }

private:
    std::vector<trust_change> told_;
    std::size_t wider_ = 0;
    std::size_t narrower_ = 0;
};

}  // namespace trunkwarden
