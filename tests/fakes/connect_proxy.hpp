#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fakes/receiver.hpp"

// A proxy on loopback that writes down what it is asked for, and connects, or gets it wrong, by a script.
// It connects to 127.0.0.1, for any host in the request: names need not exist.
//
//     connect_proxy proxy;
//     proxy.script({.status = 407, .headers = {{"Proxy-Authenticate", "Basic realm=\"x\""}}});

namespace trunkwarden {

struct proxy_script {
    enum class manner {
        plain,                  // connects, or refuses with `status`
        hang,                   // answers nothing, until the client goes
        close_before_answer,    // after the request was read
        close_in_answer,        // after half of its answer
        nonsense,               // bytes that are not HTTP
        connect_then_nonsense,  // says 200, and behind the TLS client's first words something else
        nonsense_with_the_200,  // the same, before those came
        connect_then_close,     // says 200, and closes
    };
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers = {};
    manner mode = manner::plain;
};

// One thread for each connection. It may be used from any thread; its destructor closes what is open.
class connect_proxy {
public:
    connect_proxy();
    ~connect_proxy();
    connect_proxy(const connect_proxy&) = delete;
    connect_proxy& operator=(const connect_proxy&) = delete;

    std::uint16_t port() const;
    std::string url() const;  // "http://127.0.0.1:PORT"

    // From now on, for every connection.
    void script(proxy_script script);

    // The heads of all requests so far: CONNECT, or those with an absolute URL.
    std::vector<received_request> requests() const;

    // Everything that clients sent, also through tunnels.
    std::string received() const;

private:
    class running;
    std::unique_ptr<running> running_;
};

}  // namespace trunkwarden
