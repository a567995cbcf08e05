#pragma once

#include <memory>
#include <span>
#include <vector>

#include "catalogue/extra_resource.hpp"

namespace trunkwarden {

// The catalogue, and behind it the extra resources of some settings. Copies are cheap.
class watched_types {
public:
    watched_types() = default;  // the catalogue alone
    explicit watched_types(std::span<const extra_resource> extra);

    std::span<const resource_type> all() const;
    const std::vector<const resource_type*>& extra() const { return extra_; }

    friend bool operator==(const watched_types& a, const watched_types& b) { return a.extra_ == b.extra_; }

private:
    std::vector<const resource_type*> extra_;
    std::shared_ptr<const std::vector<resource_type>> all_;  // nullptr: the catalogue
};

}  // namespace trunkwarden
