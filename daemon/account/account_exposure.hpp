#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "account/account.hpp"
#include "use/exposure.hpp"

namespace trunkwarden {

// The loss that a deviation makes possible, as the limits of outbound voice profiles, the balance and
// auto-recharge were last read. Valid until the account is read again.
class account_exposure {
public:
    explicit account_exposure(const account& watched);

    // Nothing where it opens no way to call, or the limits are not known.
    std::optional<exposure> exposure_of(const deviation& found) const;

private:
    // Through which profile something calls, and how often at once.
    struct way_out {
        std::string_view profile;  // "": not known
        std::optional<std::int64_t> channels;
    };
    way_out way_through(const deviation& found) const;

    spend_limits limits_;
    std::unordered_map<std::string_view, way_out> ways_;  // by the id of a connection or application
};

// The most that can be lost through anything that is open now.
std::optional<exposure> open_exposure(const account_memory& memory);

}  // namespace trunkwarden
