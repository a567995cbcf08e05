#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "containment/observed_object.hpp"
#include "support/async/async.hpp"

namespace trunkwarden {

// One object as it is now; nothing when it is not there: the API says so, or its whole list does not have it.
// Any other failure means that it is not known.
task<result<std::optional<observed_object>>> observe_object(account& watched, std::size_t resource,
                                                            std::string address);

// Every object of a resource as it is now, of a list that is short. An object that cannot be read is left
// out, or makes this fail with not_understood where the list must show what is not there.
enum class unreadable_objects_are { left_out, a_failure };
task<result<std::vector<observed_object>>> observe_objects(account& watched, std::size_t resource,
                                                           unreadable_objects_are unreadable);

// Every object of a resource that is listed below the object with the address `owner`, as it is now. Fails
// also where one of them cannot be read.
task<result<std::vector<observed_object>>> observe_objects_under(account& watched, std::size_t resource,
                                                                 std::string owner);

// Every outbound voice profile as it is now; none where the list could not be read.
task<std::vector<observed_object>> observe_kill_switches(account& watched);

// The objects of a resource as the API sent them, secrets and all, and as far as they are objects also those
// that cannot be read; those are named by their places, with the reason: they may lack a part. Where the
// reading failed, `objects` are those of the pages before that.
struct raw_objects {
    std::vector<boost::json::object> objects;
    std::vector<std::string> unreadable = {};
    std::optional<failure> failed;
};
task<raw_objects> read_raw_objects(account& watched, std::size_t resource);

}  // namespace trunkwarden
