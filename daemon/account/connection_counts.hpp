#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "support/optional_reason.hpp"
#include "support/result.hpp"

// The numbers of connections that the API reports beside its lists (GET /connections/count,
// docs/telnyx-api.md). They prove that no list is short, and that there is no kind of connections that no
// list shows. Pure.

namespace trunkwarden {

inline constexpr std::string_view connection_counts_path = "/connections/count";

// By the name of the kind: "ip_connections".
using kind_counts = std::map<std::string, std::uint64_t, std::less<>>;

// Fails with not_understood.
result<kind_counts> counts_in(const std::string& body);

// Compares each list with its number. List and number are read at different moments, and connections come and
// go between them: a list is short only when two readings of it showed fewer objects than two of the numbers.
// A list may show more: some connections are not counted.
class connection_counts {
public:
    // A list was read to its end, and showed so many objects. Whether it is short, and was not when it was
    // read last, or the other way round.
    bool list_showed(std::size_t resource, std::size_t objects);

    // The API counts so many. `kinds` are their names, for people. Nothing is compared while the list was
    // never read.
    void counted(std::size_t resource, std::uint64_t objects, std::string kinds);

    // Why a list is not whole, as a sentence; nullopt where it may be.
    optional_reason shortage_of(std::size_t resource) const;

    // Whether a list and its number disagree, and another reading of one of them has to decide.
    bool is_open(std::size_t resource) const;
    bool is_open() const;

private:
    struct disagreement {
        std::uint64_t least = 0;  // of the numbers since
        unsigned numbers = 0;
        unsigned readings = 0;  // of the list since
        std::string kinds;
        bool is_certain() const { return numbers >= 2 && readings >= 2; }
    };
    struct counted_list {
        std::size_t shown = 0;
        std::optional<disagreement> differs;
        bool was_short = false;  // when it was read last
    };
    std::map<std::size_t, counted_list> lists_;  // by resource
};

}  // namespace trunkwarden
