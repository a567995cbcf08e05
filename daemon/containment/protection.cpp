#include "containment/protection.hpp"

#include <fmt/format.h>
#include <string_view>

namespace trunkwarden {
namespace {

bool same_text(std::string_view a, std::string_view b)
{
    return !a.empty() && a == b;
}

}  // namespace

optional_reason protected_because(const resource_type& type, const object_view& object,
                                  const monitor_identity& self)
{
    if (type.contain.protect == protected_object::own_key) {
        if (self.key_id.empty())
            return "trunkwarden does not know which API key is its own: api_keys.own_key_id is not set, and the "
                   "list does not show it; set it in the settings";
        if (same_text(self.key_id, object.id()) || same_text(self.key_id, object.address()))
            return "it is the monitor's own key";
        if (!self.key_seen)
            return fmt::format(
                "the monitor's own key {} is not on the list of keys: correct api_keys.own_key_id",
                self.key_id);
    }
    if (type.contain.protect == protected_object::own_user) {
        if (!self.knows_its_user())
            return "the API does not say whose key the monitor uses, so that it could be the monitor's own "
                   "user";
        if (same_text(self.user_id, object.id()) || same_text(self.email, object.label()))
            return "it is the user to whom the monitor's key belongs";
    }
    return {};
}

}  // namespace trunkwarden
