#pragma once

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/async/async.hpp"
#include "support/result.hpp"

namespace trunkwarden {

using addresses = std::vector<asio::ip::address>;

// Asks for the addresses of a host. Runs in a thread of its own, so it may block, and must not touch shared
// state.
using name_lookup = std::function<result<addresses>(const std::string& host)>;

// getaddrinfo(3), without what cannot be reached from here. "localhost", and names below it, are 127.0.0.1
// and
// ::1, against any name server (RFC 6761 6.3).
result<addresses> system_lookup(const std::string& host);

// The addresses of the families that this host has addresses of itself, and those of loopback always; all
// when nothing would be left. The order stays.
addresses worth_trying(addresses found, bool has_ipv4, bool has_ipv6);

struct resolver_times {
    std::chrono::milliseconds fresh =
        std::chrono::seconds(30);  // an answer is used so long without asking again
    std::chrono::milliseconds patience =
        std::chrono::seconds(2);  // then the last good addresses do, if there are any
};

// Name resolution that can be waited for and given up: a look-up blocks in a detached thread, and neither the
// loop, nor a deadline, nor the end of the process waits for it. One look-up per host at a time.
class resolver {
public:
    explicit resolver(name_lookup look_up, resolver_times times = {});
    ~resolver();
    resolver(const resolver&) = delete;
    resolver& operator=(const resolver&) = delete;

    // Never empty on success. An address as text is its own answer.
    task<result<addresses>> resolve(std::string name);

private:
    class look_up_in_flight;
    struct known_host;

    result<addresses> judge(known_host& host, const look_up_in_flight& waited_for,
                            const std::string& name) const;

    name_lookup look_up_;
    resolver_times times_;
    std::map<std::string, known_host> hosts_;
};

}  // namespace trunkwarden
