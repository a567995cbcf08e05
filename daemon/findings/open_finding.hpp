#pragma once

#include <string>

#include "findings/ledger.hpp"

namespace trunkwarden {

// The finding of this id if it is open, contained ones included; else nullptr.
inline const finding* open_finding(const ledger& findings, const std::string& id)
{
    for (const auto& [resource, open] : findings.open())
        if (const auto found = open.find(id); found != open.end())
            return &found->second;
    return nullptr;
}

}  // namespace trunkwarden
