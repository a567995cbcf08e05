#pragma once

#include <array>
#include <string_view>

// The tricks of the model's thief in the account, and the values that he changes to and fro.

namespace trunkwarden::thief {

struct trick {
    std::string_view attack;    // of the simulator (simulator/attacks.hpp)
    std::string_view resource;  // of the catalogue
    std::string_view path;      // of the list
    std::string_view toggled;   // a member that he gives one value after the other; "": none
};

inline constexpr std::array new_things{
    trick{"add_ip", "ips", "/ips", "ip_address"},
    trick{"add_fax_application", "fax_applications", "/fax_applications", "application_name"},
    trick{"add_texml_application", "texml_applications", "/texml_applications", "friendly_name"},
    trick{"add_messaging_profile", "messaging_profiles", "/messaging_profiles", "name"},
    trick{"add_credential_connection", "credential_connections", "/credential_connections",
          "connection_name"},
    trick{"add_outbound_profile", "outbound_voice_profiles", "/outbound_voice_profiles", "name"},
    trick{"add_api_key", "api_keys", "/api_keys", "name"},
    trick{"add_oauth_client", "oauth_clients", "/oauth_clients", "name"},
    trick{"add_user", "organization_users", "/organizations/users", ""},
    trick{"add_fqdn", "fqdns", "/fqdns", "fqdn"},
    trick{"add_access_ip_range", "access_ip_ranges", "/access_ip_ranges", "description"},
};

inline constexpr std::array changed_things{
    trick{"change_texml_url", "texml_applications", "/texml_applications", "voice_url"},
    trick{"raise_spend_limit", "outbound_voice_profiles", "/outbound_voice_profiles", "daily_spend_limit"},
    trick{"change_messaging_webhook", "messaging_profiles", "/messaging_profiles", "webhook_url"},
    trick{"change_fax_webhook", "fax_applications", "/fax_applications", "webhook_event_url"},
    trick{"change_connection_webhook", "credential_connections", "/credential_connections",
          "webhook_event_url"},
    trick{"bypass_sso", "organization_users", "/organizations/users", ""},
    trick{"change_ip", "ips", "/ips", "ip_address"},
    trick{"loosen_outbound_profile", "outbound_voice_profiles", "/outbound_voice_profiles",
          "max_destination_rate"},
};

// Lists that he hides, churns or poisons; the first are of the money class.
inline constexpr std::array<std::string_view, 6> lists{"/outbound_voice_profiles", "/ips",
                                                       "/texml_applications",      "/messaging_profiles",
                                                       "/credential_connections",  "/fax_applications"};

// Light things in large numbers.
inline constexpr std::array<std::string_view, 2> floods{"add_notification_channel", "add_wireguard_peer"};

}  // namespace trunkwarden::thief
