#pragma once

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "baseline/file/baseline_file.hpp"

// A few resources, so that these tests do not change with the catalogue.

namespace trunkwarden::samples {

constexpr resource_type sample(std::string_view name, decltype(resource_type::fields) fields,
                               std::string_view id = "id", paging pages = paging::numbered)
{
    resource_type type{.name = name, .path = "/x", .noun = "thing", .guards = "Something."};
    type.pages = pages;
    type.id = id;
    type.address = "id";
    type.fields = fields;
    return type;
}

inline constexpr std::array types{
    sample("ips", {{"ip_address", value_kind::ip},
                   {"connection_id", value_kind::identifier},
                   {"port", value_kind::number}}),
    sample("texml_applications", {{"friendly_name", value_kind::text},
                                  {"active", value_kind::flag},
                                  {"voice_url", value_kind::url},
                                  {"voice_method", value_kind::choice},
                                  {"sip_host", value_kind::host},
                                  {"outbound.channel_limit", value_kind::number},
                                  {"outbound.profile.id", value_kind::identifier},
                                  {"tags", value_kind::text_set},
                                  {"password", value_kind::secret}}),
    sample("call_forwarding",
           {{"phone_number", value_kind::e164},
            {"forwards_to", value_kind::e164},
            {"forwarding_type", value_kind::choice}},
           "phone_number"),
    sample("phone_numbers",
           {{"phone_number", value_kind::e164},
            {"connection_id", value_kind::identifier},
            {"description", value_kind::text}},
           "phone_number"),
    sample("outbound_voice_profiles", {{"whitelisted_destinations", value_kind::country_set},
                                       {"daily_spend_limit", value_kind::money},
                                       {"created_at", value_kind::timestamp}}),
    sample("access_ip_ranges", {{"cidr_block", value_kind::cidr}}),
    sample("oauth_clients", {{"name", value_kind::text}}, "client_id"),
    sample("auto_recharge", {{"enabled", value_kind::flag}, {"threshold_amount", value_kind::money}}, "",
           paging::one_object),
    sample("two_factor", {}, "", paging::no_endpoint),
};

inline const resource_type& type(std::string_view name)
{
    return *std::ranges::find(types, name, &resource_type::name);
}

inline baseline_reading read(std::string_view text)
{
    return parse_baseline(text, "b.yml", types);
}

// Without the name of the file, which is the same in all.
inline std::vector<std::string> problems_of(std::string_view text)
{
    std::vector<std::string> sentences;
    for (const auto& found : read(text).problems)
        sentences.push_back(to_string(found).substr(std::string_view("b.yml:").size()));
    return sentences;
}

// The entries of one resource; `text` is what follows its name.
inline entry_list entries_of(std::string_view resource, std::string_view text)
{
    auto reading = read("version: 1\n" + std::string(resource) + ":\n" + std::string(text));
    for (const auto& found : reading.problems)
        throw std::runtime_error(to_string(found));
    return reading.value.entries_of(type(resource));
}

}  // namespace trunkwarden::samples
