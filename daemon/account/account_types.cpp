#include "account/account_types.hpp"

#include "catalogue/catalogue.hpp"
#include "catalogue/plain_path.hpp"

namespace trunkwarden {

account_types::account_types()
{
    for (const auto& type : catalogue) {
        const auto at = types_.size();
        types_.push_back(&type);
        if (type.role == resource_role::api_keys || !plain_path(type.path).empty())
            types_[at] = own_.emplace(at, std::make_unique<resource_type>(type)).first->second.get();
    }
}

void account_types::set_extra(const std::vector<const resource_type*>& extra)
{
    types_.resize(catalogue.size());
    types_.insert(types_.end(), extra.begin(), extra.end());
}

}  // namespace trunkwarden
