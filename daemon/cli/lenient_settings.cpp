#include "cli/lenient_settings.hpp"

#include <utility>

#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"

namespace trunkwarden {

settings read_leniently(const common_options& common)
{
    auto read = load_settings(common.config_file);
    if (!read.problems.empty()) {
        print_problems(read.problems);
        print_remark(
            "trunkwarden: the settings are wrong; continuing with control_socket {} and state_file {}\n",
            read.value.control_socket.string(), read.value.state_file.string());
    }
    return std::move(read.value);
}

}  // namespace trunkwarden
