#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "catalogue/severity.hpp"
#include "findings/finding.hpp"

// The first steps of a person about findings, in this order: find out whose it is, stop the money, let the
// quarantine do what waits, take the finding on; to trust it comes last. Decided here alone for messages, for
// the page and for commands. Pure.

namespace trunkwarden {

// A finding, as far as the decision rests on it.
struct urgent_finding {
    std::string account;
    std::string seen_as;         // id and state, as commands take it
    std::string incident;        // ""
    std::string waiting_action;  // of the quarantine, for a person's yes; ""
    playbook step{};             // of its resource
    deviation_kind kind{};
    severity level{};
    bool open = false;        // and there: it can be acknowledged
    bool acceptable = false;  // a baseline can be made to trust it
};

urgent_finding urgent_of(const finding& f);

struct first_step {
    enum class sort : std::uint8_t { ask, stop_money, approve, acknowledge, accept };
    sort is{};
    std::string words;
    std::string command;  // "" where there is nothing to type
};

// For findings of one account, in their order; none when nothing is left to do.
std::vector<first_step> first_steps(std::span<const urgent_finding> findings);

// By account, where a person has to act now because a critical change, or use beyond a limit, is open: the
// findings that may cost money and those for which an action waits, the most important first.
std::map<std::string, std::vector<urgent_finding>> emergencies_in(
    const std::vector<const finding*>& findings);

// "1. Is it yours? …\n2. If not, stop the money: trunkwarden lockdown …"
std::string numbered(std::span<const first_step> steps);

}  // namespace trunkwarden
