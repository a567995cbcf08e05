#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace trunkwarden::simulator {

// The form in which the rate limit is reported. The real API sends the list (docs/telnyx-api.md); the others
// are what it, or a proxy, might send one day.
enum class rate_form : std::uint8_t {
    list,     // x-ratelimit-limit: 40, 40;w=60
    bare,     // x-ratelimit-limit: 40, as the documents have it
    epoch,    // the list, and x-ratelimit-reset as Unix time
    missing,  // no header at all
    garbage,  // headers that mean nothing
};

struct options {
    std::uint16_t port = 0;  // 0: a free one
    bool tls = true;
    bool gzip = false;  // answer gzip when the client accepts it
    std::string api_key = "KEY_simulated_0123456789";
    std::chrono::milliseconds delay{0};  // before each answer
    std::uint64_t rate_limit = 0;        // per window and endpoint, reported and enforced by 429; 0: none
    std::chrono::seconds rate_window{60};
    rate_form rate_told = rate_form::list;
    // The limits that were seen (docs/telnyx-api.md), reported in every answer; 0: no limit.
    std::uint64_t detail_records_limit = 40;  // requests per UTC minute to /detail_records
    std::uint64_t usage_reports_limit = 5;    // requests per second to /usage_reports
    // By id: the seed file of a managed account, in which a request with the header X-Managed-Account-Id
    // acts.
    std::map<std::string, std::string> managed_accounts = {};
    bool mask_passwords = false;    // as for accounts made since 2026-09-08 (masking.hpp)
    bool rate_retry_after = false;  // 429 comes with Retry-After, which the real API does not send
};

}  // namespace trunkwarden::simulator
