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

// The fingerprint of a secret together with the date of its object: accept() takes it in place of one that is
// not shown.
std::string dated_fingerprint(const object_view& object, std::size_t field);

// A key that nobody used for long, and somebody used then.
struct use_after_rest {
    time_point idle_since;
    time_point used_at;
    friend bool operator==(const use_after_rest&, const use_after_rest&) = default;
};

// In a deviation of a key, in place of a field: it was used after its owner was no user any more.
inline constexpr std::string_view use_without_owner = "used_without_owner";

struct use_after_removal {
    time_point owner_gone_since;  // when a complete list of the users first showed that
    time_point used_at;
    friend bool operator==(const use_after_removal&, const use_after_removal&) = default;
};

// The fingerprint of every secret as it was last accepted. A baseline cannot hold secrets, so the first value
// seen of a trusted object is the accepted one, and a later one differs from it.
//
// A secret that the API does not show has no fingerprint that could change. The date of its object is
// compared instead: the API moves updated_at with every change, also that of the secret, and nobody else can
// set it. So an intruder who makes a secret of asterisks, so that it looks as if it were not shown, is seen
// by the date. Once the secret is shown again, it is compared with the last fingerprint that was seen. A copy
// costs little and stays as it is, also when it is read on another thread; copies are made and released on
// the thread of the original.
//
// The last use of each API key is kept beside the secrets, because no baseline can hold it either. A use that
// follows the one before after dormant_after or more is not accepted automatically.
class accepted_secrets {
public:
    // Whether the secret differs from the accepted one; false when none was accepted yet. For one that cannot
    // be compared because it is not shown, or was not: whether its object was changed since.
    bool changed(const resource_type& type, const object_view& object, std::size_t field) const;

    // Whether the accepted secret was ever shown, and not only asterisks.
    bool was_shown(const resource_type& type, const object_view& object, std::size_t field) const;

    // Accepts the object's secrets that are not known yet, and notes the date at which the accepted ones were
    // shown.
    void remember(const resource_type& type, const object_view& object);

    // Accepts this fingerprint, dated or not, from now on; `date` is its object's, "" when it is not known.
    void accept(const resource_type& type, std::string_view id, std::string_view field,
                std::string_view fingerprint, std::string_view date = {});

    // trunkwarden itself wrote to this object, as it was right before, and the API dates that `written_at`:
    // where a date is compared instead of a secret, the change by this write is not somebody else's.
    void note_own_write(const resource_type& type, const object_view& before, std::string_view written_at);

    // After how long without a use of a key the next one is worth a finding.
    void set_dormant_after(std::chrono::milliseconds span) { dormant_after_ = span; }

    // The same of another process of trunkwarden, as the object is shown since: only where its date was the
    // accepted one before.
    void note_own_write(const resource_type& type, const object_view& shown, std::string_view date_before,
                        std::string_view written_at);

    // The use of this key that nobody accepted yet; nothing where there is none, and where the list does not
    // say when the key was last used.
    std::optional<use_after_rest> woke(const resource_type& type, const object_view& key) const;

    // Notes the last use of a key as the list shows it. To the hour: a key that is used all the time would
    // otherwise be written down after every reading.
    void remember_use(const resource_type& type, const object_view& key);

    // Notes whether the owner of a key is a user, where `is_user` is known, and a use of the key without one.
    // An owner whom no list ever showed is not known to be gone.
    void remember_owner(const resource_type& type, const object_view& key,
                        const std::function<std::optional<bool>(std::string_view user_id)>& is_user,
                        time_point since);

    // The use of this key that nobody accepted yet, after its owner was removed.
    std::optional<use_after_removal> used_without_its_owner(const resource_type& type,
                                                            const object_view& key) const;

    // Accepts the uses of a key although its owner is gone, until he is a user again.
    void accept_use_without_owner(const resource_type& type, std::string_view id);

    // Accepts the use of a key, and those after it.
    void accept_use(const resource_type& type, std::string_view id, time_point used_at);

    // A complete reading of the resource showed these objects. The accepted secrets of any other object are
    // forgotten a week after it was last there: an object that was away for so long counts as new.
    void see_all(const resource_type& type, const object_list& objects, time_point now);
    static constexpr auto kept_unseen = std::chrono::hours(24 * 7);

    // "resource/id/field" → fingerprint, "@", and the date of the object when it was last seen to be this.
    // The time of the last use of a key; after a long rest both times, with ">" between them. Of the owner of
    // a key his id; of one who is gone also since when, and the first use after that; "accepted" once that
    // was.
    using by_place = std::map<std::string, std::string, std::less<>>;

    // Since when an object is not there, or that it is there again.
    using unseen_by_place = std::map<std::string, time_point, std::less<>>;
    using unseen_changes = std::map<std::string, std::optional<time_point>>;

    // Restores the secrets that an earlier run accepted; the same key made their fingerprints.
    void restore(by_place accepted, unseen_by_place unseen = {});

    // The changes since the last call: secrets that were accepted, not seen or seen again, and forgotten.
    by_place take_new() { return std::exchange(new_, {}); }
    unseen_changes take_unseen() { return std::exchange(new_unseen_, {}); }
    std::set<std::string> take_forgotten() { return std::exchange(forgotten_, {}); }

private:
    const std::string* accepted(const std::string& where) const;  // nullptr when none was
    void keep(const std::string& where, std::string_view fingerprint);
    bool put_together();  // false while there is a copy
    void forget(const std::string& where);

    // Shared with copies, because there may be a hundred thousand. While there is one, nothing is written to
    // it: secrets accepted meanwhile are kept beside it.
    std::shared_ptr<by_place> most_ = std::make_shared<by_place>();
    by_place meanwhile_;
    by_place new_;
    unseen_by_place unseen_;
    unseen_changes new_unseen_;
    std::set<std::string> forgotten_;
    std::chrono::milliseconds dormant_after_ = std::chrono::hours(24 * 30);
};

}  // namespace trunkwarden
