#include "catalogue/watched_types.hpp"

#include <utility>

#include "catalogue/catalogue.hpp"

namespace trunkwarden {

watched_types::watched_types(std::span<const extra_resource> extra)
{
    if (extra.empty())
        return;
    auto all = std::make_shared<std::vector<resource_type>>(catalogue.begin(), catalogue.end());
    for (const auto& resource : extra) {
        extra_.push_back(&type_of(resource));
        all->push_back(*extra_.back());
    }
    all_ = std::move(all);
}

std::span<const resource_type> watched_types::all() const
{
    return all_ == nullptr ? catalogue : std::span<const resource_type>(*all_);
}

}  // namespace trunkwarden
