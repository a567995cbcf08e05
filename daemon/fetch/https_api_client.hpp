#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "catalogue/allowed_writes.hpp"
#include "fetch/api_client.hpp"
#include "fetch/resolver.hpp"
#include "fetch/retry.hpp"
#include "settings/settings.hpp"
#include "support/known_secrets.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// Is notified of every request that was sent, for the metrics.
class request_observer {
public:
    virtual ~request_observer() = default;

    // `status` is 0 when there was no answer; `remaining` is the fewest requests that any window that the API
    // reported has left.
    virtual void on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                           std::optional<std::uint64_t> remaining) = 0;

    // The API says what it allows in a form that nobody knows, which is ignored; called once. `header` is fit
    // for printing.
    virtual void on_unread_rate_limit(const std::string& endpoint, const std::string& header) = 0;
};

// How to reach one account.
struct api_access {
    std::string base_url = "https://api.telnyx.com/v2";
    secret key;
    std::filesystem::path ca_file;   // extra trust anchor; "" for none
    std::string account;             // its name, for what is wrong with files
    std::string managed_account_id;  // "": the key's own account
    connection_settings connection;  // all settings but ca_file
    poll_settings poll;              // concurrency, requests_per_second, rate_limit_reserve, timeout
    retry_policy retries = {};
    name_lookup look_up = system_lookup;
    // The secrets that answers showed, which no text repeats; outlives the client. nullptr: none are known.
    const known_secrets* shown = nullptr;
    allowed_writes writes = {};  // none: a client that only reads cannot change anything
};

api_access access_to(const account_settings& account, const poll_settings& poll, secret key);

// One client per account: the budget and the connections belong to it. It must outlive the requests in hand,
// and `told` must outlive it. Fails with bad_usage for a URL and bad_file for a ca_file that cannot be used.
result<std::unique_ptr<api_client>> create_https_api_client(api_access access, request_observer& told);

}  // namespace trunkwarden
