#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "snapshot/objects.hpp"
#include "support/address_countries.hpp"
#include "support/optional_reason.hpp"

// Marks on the lines of a captured baseline that a person should check before trusting them.

namespace trunkwarden {

struct review_mark {
    std::string_view field;  // the watched field it is about; "": the object
    std::string why;         // one line, also when the API's text has several
};

// Every address that the account's objects name, its country not looked up yet.
address_countries addresses_in(std::span<const resource_type> types, std::span<const object_list> objects);

// Where an account's addresses are registered.
class address_origins {
public:
    explicit address_origins(address_countries countries);

    // Why the country of an address is remarkable; nullopt when it is not: when most of the account's
    // addresses are in one country, and no more than a quarter of them, or just this one, in that of the
    // address.
    optional_reason remark(std::string_view address) const;

private:
    address_countries countries_;
    std::map<std::string, std::size_t, std::less<>> addresses_;  // by country
    std::size_t known_ = 0;
    std::string home_;  // the country of more than half of those known; "" when there is none
};

// In the order of type.fields, those about the object first. Marks are for values that are unusual, or would
// be critical if they were new: the API's defaults, which half of all accounts have, are left to lint.
std::vector<review_mark> review_marks(const resource_type& type, const object_view& object,
                                      const address_origins& origins);

}  // namespace trunkwarden
