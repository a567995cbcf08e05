#include "cli/lenient_settings.hpp"

#include <fmt/format.h>
#include <utility>

#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {
namespace {

void say_what_is_used(const settings_reading& read)
{
    if (read.problems.empty())
        return;
    print_problems(read.problems);
    print_remark("trunkwarden: the settings are wrong; continuing with control_socket {} and state_file {}\n",
                 read.value.control_socket.string(), read.value.state_file.string());
}

bool may_be_another_daemon(const settings_reading& read, const common_options& common)
{
    return !read.problems.empty() && !read.names_control_socket &&
           common.config_file != common_options{}.config_file;
}

}  // namespace

settings read_leniently(const common_options& common)
{
    auto read = load_settings(common.config_file);
    say_what_is_used(read);
    return std::move(read.value);
}

settings read_for_extra_resources(const common_options& common)
{
    const auto& file = common.config_file;
    if (file == common_options{}.config_file && !file_exists(file))
        return {};
    auto read = load_settings(file);
    if (!read.problems.empty())
        print_remark("trunkwarden: extra resources of the settings may be missing here: {}\n",
                     printable(to_string(read.problems.front()), 500));
    return std::move(read.value);
}

std::optional<settings> read_to_order(const common_options& common)
{
    auto read = load_settings(common.config_file);
    if (may_be_another_daemon(read, common)) {
        print_problems(read.problems);
        fail(fmt::format(
            "nothing was ordered: the control_socket of {} could not be read, and {} may belong to "
            "another daemon; correct the settings, or leave --config.file out if you mean that one",
            printable(common.config_file.string()), read.value.control_socket.string()));
        return std::nullopt;
    }
    say_what_is_used(read);
    return std::move(read.value);
}

}  // namespace trunkwarden
