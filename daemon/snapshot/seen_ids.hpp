#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace trunkwarden {

// The hashes of ids seen so far: a flat set, because a list may hold a hundred thousand and is read every few
// minutes. Two ids of one hash would only make a list look as if it had moved; at a hundred thousand that is
// one in billions.
class seen_ids {
public:
    // False when it was there already.
    bool insert(std::uint64_t hash)
    {
        if (2 * ++count_ > slots_.size())
            grow();
        return place(hash == 0 ? 1 : hash);
    }

    bool contains(std::uint64_t hash) const
    {
        hash = hash == 0 ? 1 : hash;
        const auto mask = slots_.size() - 1;
        for (auto at = static_cast<std::size_t>(hash) & mask; !slots_.empty() && slots_[at] != 0;
             at = (at + 1) & mask)
            if (slots_[at] == hash)
                return true;
        return false;
    }

private:
    bool place(std::uint64_t hash)
    {
        const auto mask = slots_.size() - 1;
        auto at = static_cast<std::size_t>(hash) & mask;
        while (slots_[at] != 0) {
            if (slots_[at] == hash)
                return false;
            at = (at + 1) & mask;
        }
        slots_[at] = hash;
        return true;
    }

    void grow()
    {
        std::vector<std::uint64_t> old(slots_.empty() ? 512 : 2 * slots_.size());
        old.swap(slots_);
        for (const auto hash : old)
            if (hash != 0)
                place(hash);
    }

    std::vector<std::uint64_t> slots_;  // open addressing; 0 is free
    std::size_t count_ = 0;
};

}  // namespace trunkwarden
