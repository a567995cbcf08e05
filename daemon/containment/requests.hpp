#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/match.hpp"
#include "containment/action.hpp"
#include "containment/observed_object.hpp"
#include "support/optional_reason.hpp"

// The requests that change an account, made from the catalogue and from the object as it is. Pure. Each names
// one object; the fields that the API requires beside a change are sent back as they are
// (docs/telnyx-api.md).

namespace trunkwarden {

// Makes the object harmless. Fails with bad_usage when its resource has no such request, and with
// not_understood when the object lacks a field that has to be sent back.
result<api_write> containing_request(const observed_object& object);

// The request that writes trusted values back into an object, and the fields that it cannot write: a secret,
// because it is not known; a value of which the baseline allows several.
struct restoring_request {
    api_write request;
    std::vector<std::string> restored;      // field names
    std::vector<std::string> not_restored;  // "password: a secret cannot be put back"
};
// `judged` is of this object: an entry names it, and fields differ. Fails with bad_usage when nothing can be
// written back; the sentence says of each field why.
result<restoring_request> restoring_request_for(const observed_object& object, const judgement& judged);

// Why none of the differing fields can be written back; nullopt when one can.
optional_reason why_nothing_is_restored(const resource_type& type, const judgement& judged);

// The request of the catalogue that takes back the one by which objects of this type are contained.
api_write switching_on(const observed_object& object, std::string_view address);

// Takes an action back. `now` is the object as it is, nullptr when it is not there. Fails with bad_usage when
// it cannot be undone, or need not.
result<api_write> undoing_request(const resource_type& type, const action& done, const observed_object* now);

// The same request without the nulls that the API complained about, which it may refuse although it answers
// them (docs/telnyx-api.md): those among the members that its refusal names (failure::members), or all.
// Nothing when there are none.
std::optional<api_write> without_nulls(const api_write& request, const std::vector<std::string>& members);

// Whether the request had its effect: the values that it wrote are there, or the object of a DELETE is gone.
// nullopt when it is, else what is not, as a sentence. `now` is nullptr when the object is not there.
optional_reason mismatch_of(const resource_type& type, const api_write& request, const observed_object* now);

// Whether anything in the API's answers can show that the request was carried out.
bool can_be_verified(const resource_type& type, const api_write& request);

// The fields that differ from the journaled state before, of those that the journal kept: names, without
// dates and counters. Empty when it is the same again.
std::vector<std::string> differences_from(const std::string& before, const observed_object& now);

// The names of the watched fields that a request writes, without secrets; of one without a body, the field
// that shows what it did.
std::set<std::string> fields_written_by(const resource_type& type, const api_write& request);

// A request's path with the object's address in it, percent-encoded.
std::string target_of(std::string_view path, const resource_type& type, std::string_view address);

}  // namespace trunkwarden
