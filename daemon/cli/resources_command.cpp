
#include "cli/command_table.hpp"
#include "cli/report/output.hpp"
#include "cli/report/resource_list.hpp"

namespace trunkwarden {
namespace {

constexpr const char* resources_examples = R"(
Examples:
  trunkwarden resources
  trunkwarden resources --output=markdown > resources.md
)";

int print_resources(const common_options& common)
{
    print_result("{}", resource_list(common.output));
    return 0;
}

}  // namespace

const command_spec resources_command{.name = "resources",
                                     .help = "Print what is watched",
                                     .examples = resources_examples,
                                     .add_options = without_options<print_resources>,
                                     .more_outputs = " markdown "};

}  // namespace trunkwarden
