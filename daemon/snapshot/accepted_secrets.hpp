#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"
#include "support/clock.hpp"

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

    // A complete reading of the resource showed these objects. What is accepted of any other is forgotten a
    // week after it was last there: an object that was away for so long counts as new.
    void see_all(const resource_type& type, const object_list& objects, time_point now);
    static constexpr auto kept_unseen = std::chrono::hours(24 * 7);

    using by_place = std::map<std::string, std::string, std::less<>>;  // "resource/id/field" → fingerprint

    // Since when an object is not there, or that it is there again.
    using unseen_by_place = std::map<std::string, time_point, std::less<>>;
    using unseen_changes = std::map<std::string, std::optional<time_point>>;

    // What an earlier run accepted; the same key made its fingerprints.
    void restore(by_place accepted, unseen_by_place unseen = {});

    // What was accepted, not seen or seen again, and forgotten since the last call.
    by_place take_new() { return std::exchange(new_, {}); }
    unseen_changes take_unseen() { return std::exchange(new_unseen_, {}); }
    std::set<std::string> take_forgotten() { return std::exchange(forgotten_, {}); }

private:
    const std::string* accepted(const std::string& where) const;  // nullptr when none was
    void keep(const std::string& where, std::string_view fingerprint);
    bool put_together();  // false while there is a copy
    void forget(const std::string& where);

    // Shared with copies, because there may be a hundred thousand. While there is one, nothing is written to
    // it: what is accepted meanwhile is kept beside it.
    std::shared_ptr<by_place> most_ = std::make_shared<by_place>();
    by_place meanwhile_;
    by_place new_;
    unseen_by_place unseen_;
    unseen_changes new_unseen_;
    std::set<std::string> forgotten_;
};

}  // namespace trunkwarden
