#include <unistd.h>

#include "cli/command_table.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/output.hpp"
#include "cli/report/resource_list.hpp"
#include "cli/report/terminal.hpp"

namespace trunkwarden {
namespace {

constexpr const char* resources_examples = R"(
Examples:
  trunkwarden resources
  trunkwarden resources --output=markdown > resources.md
)";

int print_resources(const common_options& common)
{
    const auto text = resource_list(common.output, read_for_extra_resources(common));
    print_result("{}", common.output == output_format::text ? fitted_for(STDOUT_FILENO, text) : text);
    return 0;
}

}  // namespace

const command_spec resources_command{.name = "resources",
                                     .help = "Print what is watched",
                                     .examples = resources_examples,
                                     .add_options = without_options<print_resources>,
                                     .more_outputs = " markdown ",
                                     .when_long = long_output::paged};

}  // namespace trunkwarden
