#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

// The meaning of an edited file, as sentences: everybody who can edit it can hide from the watch, so that
// edits are reported.

namespace trunkwarden {

struct config_change {
    // Whether the watch permits more than before, or as much, or less.
    enum class way : std::uint8_t { wider, narrower };
    way direction = way::narrower;
    std::string sentence;
    friend bool operator==(const config_change&, const config_change&) = default;
};

// The first of each way, and how many more there are. Counted apart, so that a thousand harmless changes do
// not hide the one that matters.
class config_changes {
public:
    static constexpr std::size_t max_per_way = 40;

    void add(config_change::way direction, std::string sentence)
    {
        auto& count = direction == config_change::way::wider ? wider_ : narrower_;
        if (++count <= max_per_way)
            shown_.push_back({direction, std::move(sentence)});
    }

    const std::vector<config_change>& shown() const { return shown_; }
    std::size_t count() const { return wider_ + narrower_; }
    std::size_t hidden() const { return count() - shown_.size(); }
    bool empty() const { return shown_.empty(); }

private:
    std::vector<config_change> shown_;
    std::size_t wider_ = 0;
    std::size_t narrower_ = 0;
};

}  // namespace trunkwarden
