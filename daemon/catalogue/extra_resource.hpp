#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/resource_type.hpp"
#include "catalogue/severity.hpp"
#include "support/enum_names.hpp"

// Resources that the settings add to the catalogue (docs/extra-resources.md): lists that are read and
// compared like those of the catalogue, and never changed.

namespace trunkwarden {

// The values of value_kind, in its order, by the words of the settings.
enum class extra_kind : std::uint8_t {
    text,
    choice,
    id,
    flag,
    number,
    money,
    ip,
    cidr,
    host,
    e164,
    url,
    countries,
    set,
    time,
    secret,
};

template <>
inline constexpr auto names_of<extra_kind> = word_table<extra_kind>("text", "choice", "id", "flag", "number",
                                                                    "money", "ip", "cidr", "host", "e164",
                                                                    "url", "countries", "set", "time",
                                                                    "secret");

static_assert(enumerators_of<extra_kind>() == enumerators_of<value_kind>());

// The first values of paging; the others need more than a path.
enum class extra_paging : std::uint8_t { numbered, unpaginated, bare_array, one_object };

template <>
inline constexpr auto names_of<extra_paging> = word_table<extra_paging>("numbered", "unpaginated",
                                                                        "bare_array", "one_object");

struct extra_field {
    std::string name;  // a dotted path
    extra_kind kind = extra_kind::text;
    severity when_changed = severity::medium;
    friend bool operator==(const extra_field&, const extra_field&) = default;
};

struct extra_resource {
    std::string name;
    std::string path;
    std::string id = "id";
    std::string label = "name";
    extra_paging pages = extra_paging::numbered;
    severity when_unknown = severity::high;
    std::vector<extra_field> fields;
    friend bool operator==(const extra_resource&, const extra_resource&) = default;
};

// The entry that the catalogue would have for it. It lives as long as the process, and the same resource has
// the same entry: findings, messages and the state outlive the settings that it was in. Any thread may call
// this and the functions below.
const resource_type& type_of(const extra_resource& extra);

// The newest entry of that name; nullptr when type_of() made none.
const resource_type* find_extra_resource(std::string_view name);

// The newest entry of each name, in the order in which the names came.
std::vector<const resource_type*> known_extra_resources();

// For a finding about an extra resource that the settings do not have any more: an entry without fields.
const resource_type& stand_in_for(std::string_view name);

}  // namespace trunkwarden
