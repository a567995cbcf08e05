#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/loopback.hpp"
#include "simulator/server.hpp"
#include "simulator/stream.hpp"

// A client for tests that sees what really comes over the wire: it follows nothing, retries nothing and
// corrects nothing.

namespace trunkwarden::simulator {

struct raw_answer {
    bool answered = false;  // a whole header came
    bool complete = false;  // and the whole body
    unsigned status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;                            // chunks joined, compression left as it is

    std::string header(const std::string& name) const;
};

class raw_client {
public:
    explicit raw_client(const server& to);

    // On the one connection of this client, which is opened again only by reconnect().
    raw_answer send(std::string_view method, const std::string& path, std::string_view body = "",
                    const std::vector<std::pair<std::string, std::string>>& headers = {});
    raw_answer get(const std::string& path) { return send("GET", path); }

    void reconnect();
    void use_key(std::string key) { key_ = std::move(key); }

private:
    raw_answer read_answer();
    bool read_until(std::string_view mark);
    bool read_at_least(std::size_t size);
    bool read_chunks(raw_answer& into);

    std::uint16_t port_;
    std::string key_ = options{}.api_key;
    context_pointer context_;
    std::unique_ptr<stream> stream_;
    std::string buffer_;
};

}  // namespace trunkwarden::simulator
