#include "simulator/page_cache.hpp"

namespace trunkwarden::simulator {

page_cache::page* page_cache::find(const std::string& key)
{
    const auto found = pages_.find(key);
    return found == pages_.end() ? nullptr : &found->second;
}

page_cache::page& page_cache::put(const std::string& key, page fresh)
{
    return pages_.insert_or_assign(key, std::move(fresh)).first->second;
}

}  // namespace trunkwarden::simulator
