#include <fmt/format.h>
#include <string_view>

#include "settings/connection_rules.hpp"
#include "settings/settings_rules.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

// PostgreSQL cuts a longer name, and a name in capitals would need quotes wherever somebody types it.
bool is_schema_name(std::string_view name)
{
    constexpr std::size_t longest = 63;
    constexpr std::string_view digits = "0123456789";
    return !name.empty() && name.size() <= longest && digits.find(name.front()) == std::string_view::npos &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos;
}

}  // namespace

void check_database(yaml_section& section, const reading_context&, database_settings& database)
{
    check_only_one(section, "password_file", "password_credential");
    if (!is_schema_name(database.schema))
        section.refuse(
            section.take("schema")->at,
            fmt::format("schema must be small letters, digits and _, not {}", quoted_text(database.schema)));
}

}  // namespace trunkwarden
