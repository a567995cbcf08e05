#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "simulator/account.hpp"
#include "simulator/audit_log.hpp"
#include "simulator/reply.hpp"

// The API over an account: requests in, replies out. No network, no faults, no authentication.

namespace trunkwarden::simulator {

// One page of a list, kept as text until something on it changes.
class page_cache {
public:
    struct page {
        std::pair<std::uint64_t, std::uint64_t> version;
        std::shared_ptr<const std::string> text;
        std::shared_ptr<const std::string> gzip;
    };
    page* find(const std::string& key);
    page& put(const std::string& key, page fresh);

private:
    std::map<std::string, page> pages_;
};

struct api {
    account& state;
    page_cache& pages;
    bool gzip = false;  // compress lists, for clients that accept it
    audit_view audit = {};

    reply answer(const request& asked);
};

// The whole of `text`, compressed as content-encoding gzip has it.
std::string gzipped(std::string_view text, int level = 1);

}  // namespace trunkwarden::simulator
