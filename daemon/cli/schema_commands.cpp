#include "cli/commands.hpp"

namespace trunkwarden {

int baseline_schema_command(const invocation&)
{
    return complain("not there yet");
}

int config_schema_command(const invocation&)
{
    return complain("not there yet");
}

}  // namespace trunkwarden
