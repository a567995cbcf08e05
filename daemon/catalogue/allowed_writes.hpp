#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"

namespace trunkwarden {

// The only requests that may ever change an account: those of the catalogue for containing, restoring,
// undoing and rotating, each on one object. Asked at the point of sending, for any plan.
class allowed_writes {
public:
    allowed_writes() = default;  // nothing
    explicit allowed_writes(std::span<const resource_type> types);

    // `target` is what goes over the wire: percent-encoded, below the API's base URL.
    bool allows(std::string_view method, std::string_view target) const;

    struct shape {
        std::string method;
        std::string path;  // with "{id}" for exactly one segment
        friend bool operator==(const shape&, const shape&) = default;
    };
    const std::vector<shape>& shapes() const { return shapes_; }

private:
    std::vector<shape> shapes_;
};

}  // namespace trunkwarden
