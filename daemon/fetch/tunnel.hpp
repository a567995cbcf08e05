#pragma once

#include <string>
#include <string_view>

#include "fetch/origin.hpp"
#include "fetch/proxy.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

// The conversation with a proxy before TLS begins behind it (RFC 9110 9.3.6). Pure.

namespace trunkwarden {

// A secret, since it may hold the proxy's password; nothing of the request behind it.
secret write_connect(const origin& to, const proxy& through);

// "api.telnyx.com:443", fit for printing.
std::string place_of(const origin& to);

// Why a proxy does not lead there, and what to do about it, by the status of its answer. Always unreachable:
// nothing of the request has been sent. `offers_basic` is whether a 407 asks for a login that we have.
failure refusal_of_proxy(unsigned status, const origin& to, const proxy& through, bool offers_basic = true);

// A proxy's answer to CONNECT, as it comes in.
class tunnel_answer {
public:
    void take(std::string_view bytes);

    // Whether no more is wanted: the answer is whole, or cannot become one.
    bool is_over() const { return is_over_; }

    // Whether the tunnel is there; else why not.
    result<void> verdict(const origin& to, const proxy& through) const;

private:
    std::string received_;  // bytes that are not yet judged
    std::size_t size_ = 0;
    unsigned status_ = 0;  // 0: the bytes that came are no answer of HTTP
    bool offers_basic_ = true;
    bool is_over_ = false;
};

}  // namespace trunkwarden
