#pragma once

#include <string>
#include <string_view>

#include "support/amount.hpp"
#include "support/result.hpp"

namespace trunkwarden {

inline constexpr std::string_view balance_path = "/balance";

// The money that there is to spend, as the API says.
struct balance {
    amount available;      // credit included
    std::string currency;  // three capital letters

    friend bool operator==(const balance&, const balance&) = default;
};

// Three capital letters.
bool is_currency(std::string_view text);

// The answer to GET /balance; `body` has body_padding bytes to spare. Fails with not_understood: an amount
// that is not one is no amount of zero.
result<balance> balance_in(const std::string& body);

}  // namespace trunkwarden
