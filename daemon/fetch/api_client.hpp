#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "catalogue/resource_type.hpp"
#include "fetch/request_priority.hpp"
#include "support/async/async.hpp"
#include "support/result.hpp"

namespace trunkwarden {

// Bytes that simdjson may read past the end of a body (SIMDJSON_PADDING); every body has that much spare
// capacity.
inline constexpr std::size_t body_padding = 64;

// A request that changes an account. `target` is relative to the API's base URL, percent-encoded; `body` is
// JSON, or "" for none.
struct api_write {
    std::string method;
    std::string target;
    std::string body;
    friend bool operator==(const api_write&, const api_write&) = default;
};

// A success (2xx); the body has body_padding bytes to spare.
struct write_answer {
    unsigned status = 0;
    std::string body;
};

struct api_page {
    std::string body;
    bool links_to_next = false;  // a Link header names a next page (RFC 8288)
};

// Why a write must not leave, asked at the last moment; nothing when it may. Empty for a write that always
// may.
using last_check = std::function<std::optional<std::string>()>;

// The only way to an account: authenticated, within the request budget, retried. Tests replace it with
// tests/fakes/fake_api_client.hpp.
class api_client {
public:
    virtual ~api_client() = default;

    // The body of a 200 answer to GET `target` (path and query, relative to the API's base URL).
    // Fails with unauthorised, forbidden, not_found, refused, busy, rate_limited, server_error, unreachable,
    // untrusted, timed_out, too_large or not_understood; the sentence names the target.
    // Being cancelled throws operation_aborted.
    virtual task<result<std::string>> get(std::string target, request_priority priority) = 0;

    // The same, with what the headers say about further pages.
    virtual task<result<api_page>> get_page(std::string target, request_priority priority)
    {
        auto body = co_await get(std::move(target), priority);
        if (!body)
            co_return body.error();
        co_return api_page{std::move(*body), false};
    }

    // Changes the account, once, and as soon as its endpoint allows: it waits two seconds for its turn and
    // never repeats, because its caller decided on what it had just read. `why_not` is asked right before the
    // first byte leaves. Fails with bad_usage when the catalogue has no such request
    // (catalogue/allowed_writes.hpp), with untrusted, and with not_sent when its turn or a connection did not
    // come or `why_not` had a reason: then nothing was sent. With refused, not_found, forbidden,
    // unauthorised, busy and rate_limited the API said no, and changed nothing as far as it says; after
    // timed_out, unreachable, server_error, too_large and not_understood it may have been carried out all the
    // same. Expect nothing of idempotence.
    virtual task<result<write_answer>> send(api_write write, last_check why_not) = 0;

    // The beginning of the API key, where that has the form of a key's id (KEY and 32 hex digits before "_");
    // else "". Telnyx documents the form only: whether it is this key's id, the list of keys has to show.
    virtual std::string id_in_key() const { return {}; }
};

}  // namespace trunkwarden
