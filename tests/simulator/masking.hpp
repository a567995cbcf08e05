#pragma once

#include <boost/json.hpp>

#include "simulator/account.hpp"
#include "simulator/reply.hpp"

namespace trunkwarden::simulator {

// The answer to one request as accounts made since 2026-09-08 get it (docs/telnyx-api.md, Masked secrets):
// passwords of credential, UAC and FQDN connections are asterisks, except in the answer to the request that
// creates the object, and except those that the request changed.
class masking {
public:
    // Before the request is carried out: only then the passwords that it changes can be found.
    masking(const account& state, const request& asked);

    void apply(reply& made) const;

private:
    bool concerned_ = false;
    boost::json::value before_;  // the object that the request changes; null when it changes none
};

}  // namespace trunkwarden::simulator
