#include "cli/commands.hpp"

namespace trunkwarden {

int baseline_capture_command(const invocation&)
{
    return complain("not there yet");
}

}  // namespace trunkwarden
