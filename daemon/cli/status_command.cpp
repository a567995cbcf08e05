#include <boost/json/serialize.hpp>

#include <chrono>
#include <unistd.h>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/error_output.hpp"
#include "cli/lenient_settings.hpp"
#include "cli/report/output.hpp"
#include "cli/report/status_report.hpp"

namespace trunkwarden {
namespace {

constexpr const char* status_examples = R"(
The first line says whether all is well. It never says so when something could
not be read.

Examples:
  trunkwarden status
  trunkwarden status --output=json | grep -q '"well":true'
)";

int print_status(const common_options& common)
{
    const auto configured = read_leniently(common);
    const auto status = ask_api(configured.control_socket, {"GET", "/api/v1/status", ""});
    if (!status)
        return fail(status.error().message);
    if (common.output == output_format::json) {
        print_result("{}\n", boost::json::serialize(*status));
        return 0;
    }
    const auto text = status_report_text(*status, std::chrono::system_clock::now(), layout_of(STDOUT_FILENO));
    if (!text)
        return fail(text.error().message);
    print_result("{}", *text);
    return 0;
}

}  // namespace

const command_spec status_command{"status", "Ask the running daemon whether all is well", status_examples,
                                  without_options<print_status>};

}  // namespace trunkwarden
