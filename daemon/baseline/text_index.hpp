#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trunkwarden {

// Which entry lists a text, by hash: 12 bytes for each text, however long. find() may answer with places that
// list another text of the same hash; the caller, who has the texts, compares.
class text_index {
public:
    struct place {
        std::uint32_t hash = 0;
        std::uint32_t entry = 0;
        std::uint32_t which = 0;  // of the entry's texts
    };

    void add(std::string_view text, std::size_t entry, std::size_t which);
    void sort();  // after the last add, before the first find

    // In the order of the entries.
    std::span<const place> find(std::string_view text) const;

    bool empty() const { return places_.empty(); }

    // How many different texts there are; a few less when hashes meet.
    std::size_t distinct() const;

private:
    std::vector<place> places_;
};

}  // namespace trunkwarden
