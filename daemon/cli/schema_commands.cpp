#include <fmt/format.h>

#include "baseline/file/baseline_schema.hpp"
#include "catalogue/catalogue.hpp"
#include "cli/commands.hpp"
#include "settings/settings_schema.hpp"
#include "support/pretty_json.hpp"

namespace trunkwarden {

int baseline_schema_command(const invocation&)
{
    fmt::print("{}", pretty_json(baseline_schema(catalogue)));
    return 0;
}

int config_schema_command(const invocation&)
{
    std::vector<std::string_view> resources;
    for (const auto& type : catalogue)
        resources.push_back(type.name);
    fmt::print("{}", pretty_json(settings_schema(resources)));
    return 0;
}

}  // namespace trunkwarden
