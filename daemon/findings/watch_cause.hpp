#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "diff/deviation.hpp"
#include "support/clock.hpp"

namespace trunkwarden {

// The resources of findings about the watch itself: each cause of not seeing, or of not remembering, has
// a resource of its own, so that an alert names the true one.
namespace watch_cause {
extern const resource_type api;            // it gives no list of the account
extern const resource_type api_key;        // it is rejected by all lists, or by most of them
extern const resource_type organization;   // the key belongs to another one than the baseline pins
extern const resource_type baseline_file;  // it is not the one that was signed
extern const resource_type state_file;     // it cannot be written; or what it held is lost
extern const resource_type clock;          // the clock of this host differs from others
}  // namespace watch_cause

// All of them, those first that leave the account unwatched.
const std::vector<const resource_type*>& watch_causes();

bool is_watch_cause(const resource_type& type);

// Whether nothing of the account is seen for this cause.
bool hides_the_account(const resource_type& type);

// nullptr: there is none of that name.
const resource_type* find_watch_cause(std::string_view name);

// The deviation of kind blind that says what the cause hides or endangers; `why` is a sentence.
deviation blind_because_of(const resource_type& cause, std::string why);

// No list of the account can be read, since `last_read`; nothing: none ever was.
deviation nothing_read(std::optional<time_point> last_read, std::string_view why);

// Files a finding from the time when all causes belonged to "account" under the resource of its own cause.
// Its id stays: people and sinks know it.
void file_under_its_cause(deviation& kept);
inline constexpr std::string_view former_resource = "account";

}  // namespace trunkwarden
