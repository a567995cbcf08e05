#include <cstdlib>
#include <exception>

#include "alerts/mail_client.hpp"
#include "cli/command_line.hpp"
#include "cli/command_table.hpp"
#include "cli/pager.hpp"
#include "cli/process_start.hpp"
#include "cli/report/output.hpp"
#include "cli/report/terminal.hpp"

// Arguments to subcommand to exit code; the only catch-all.
int main(int argc, char** argv)
try {
    trunkwarden::open_missing_streams();  // before anything opens a file
    trunkwarden::outlive_file_size_limit();
    trunkwarden::unblock_signals();
    const auto parsed = trunkwarden::parse_command_line(argc, argv, trunkwarden::command_table());
    trunkwarden::write_result(parsed.to_stdout);
    trunkwarden::write_remark(parsed.to_stderr);
    trunkwarden::choose_colours(parsed.common.colours);
    if (trunkwarden::pages_its_result(parsed))
        trunkwarden::show_result_with(trunkwarden::show_in_pager);
    const int exit_code =
        trunkwarden::finish_result(parsed.run ? parsed.run(parsed.common) : parsed.exit_code);
    if (trunkwarden::mail_is_under_way())
        std::_Exit(exit_code);  // a mail's thread works with what a return would take down
    return exit_code;
} catch (const std::exception& e) {
    trunkwarden::print_remark("trunkwarden: {}\n", e.what());
    return 1;
}
