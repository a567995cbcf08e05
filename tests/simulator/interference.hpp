#pragma once

#include <boost/json.hpp>

#include <string_view>

#include "simulator/account.hpp"
#include "simulator/reply.hpp"

// Steps that happen to an account, or to a request, just before the request is carried out.

namespace trunkwarden::simulator {

// The list changes before one of its pages is read, so that its objects may repeat or be lost. `how` says
// what happens to its first object: "delete", "insert" (a copy) or "swap" (it goes to the end).
void shift_page(std::string_view manner, const request& asked, account& on);

// Leaves of a PATCH or PUT only what the API requires, and the first member beside it.
void halve(request& asked);

// Somebody else acts: "changes" are merged into the object that the request names, or "attack" is done, to
// that object where it is of the attack's list; "user_id" says who.
void let_intruder_act(const boost::json::object& arguments, const request& asked, account& on);

// Throws std::invalid_argument with a sentence when let_intruder_act() could do nothing with them.
void check_intruder(const boost::json::object& arguments);

}  // namespace trunkwarden::simulator
