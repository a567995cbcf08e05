#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

// The fingerprint of every secret as it was last accepted. A baseline cannot hold secrets, so the first value
// seen of a trusted object is the accepted one, and a later one differs from it.
class known_secrets {
public:
    // Whether the secret differs from the accepted one; false when none was accepted yet.
    bool changed(const resource_type& type, const object_view& object, std::size_t field) const;

    // Accepts the object's secrets that are not known yet.
    void remember(const resource_type& type, const object_view& object);

    // Takes this fingerprint for the right one from now on.
    void accept(const resource_type& type, std::string_view id, std::string_view field,
                std::string_view fingerprint);

    using by_place = std::map<std::string, std::string, std::less<>>;  // "resource/id/field" → fingerprint

    // What an earlier run accepted; the same key made its fingerprints.
    void restore(by_place accepted) { accepted_ = std::move(accepted); }

    // What was accepted since the last call.
    by_place take_new() { return std::exchange(new_, {}); }

private:
    by_place accepted_;
    by_place new_;
};

}  // namespace trunkwarden
