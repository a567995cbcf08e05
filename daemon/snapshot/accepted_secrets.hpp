#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"

namespace trunkwarden {

// The fingerprint of every secret as it was last accepted. A baseline cannot hold secrets, so the first value
// seen of a trusted object is the accepted one, and a later one differs from it. A copy costs little and
// stays as it is, also when it is read on another thread; copies are made and let go of on the thread of the
// original.
class accepted_secrets {
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
    void restore(by_place accepted);

    // What was accepted since the last call.
    by_place take_new() { return std::exchange(new_, {}); }

private:
    const std::string* accepted(const std::string& where) const;  // nullptr when none was
    void keep(const std::string& where, std::string_view fingerprint);

    // Shared with copies, because there may be a hundred thousand. While there is one, nothing is written to
    // it: what is accepted meanwhile is kept beside it.
    std::shared_ptr<by_place> most_ = std::make_shared<by_place>();
    by_place meanwhile_;
    by_place new_;
};

}  // namespace trunkwarden
