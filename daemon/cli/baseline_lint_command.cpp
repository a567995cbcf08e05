#include "cli/commands.hpp"

namespace trunkwarden {

int baseline_lint_command(const invocation&)
{
    return complain("not there yet");
}

}  // namespace trunkwarden
