#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace trunkwarden::simulator {

// Pages of lists, each kept as text until something on it changes.
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

}  // namespace trunkwarden::simulator
