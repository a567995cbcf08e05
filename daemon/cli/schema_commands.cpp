
#include "baseline/file/baseline_schema.hpp"
#include "cli/command_table.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/output.hpp"
#include "settings/settings_schema.hpp"
#include "support/pretty_json.hpp"

namespace trunkwarden {
namespace {

constexpr const char* schema_examples = R"(
Prints a JSON Schema that editors check the file with while you type, with the
extra resources of your settings.

Examples:
  trunkwarden config schema > trunkwarden.schema.json
  trunkwarden baseline schema > baseline.schema.json
)";

int print_settings_schema(const common_options& common)
{
    const auto configured = read_for_extra_resources(common);
    std::vector<std::string_view> resources;
    for (const auto& type : configured.types.all())
        resources.push_back(type.name);
    print_result("{}", pretty_json(settings_schema(resources)));
    return 0;
}

int print_baseline_schema(const common_options& common)
{
    const auto configured = read_for_extra_resources(common);
    print_result("{}", pretty_json(baseline_schema(configured.types.all())));
    return 0;
}

}  // namespace

const command_spec config_schema_command{"config schema", "Print the JSON Schema of the settings",
                                         schema_examples, without_options<print_settings_schema>};

const command_spec baseline_schema_command{"baseline schema", "Print the JSON Schema of baselines",
                                           schema_examples, without_options<print_baseline_schema>};

}  // namespace trunkwarden
