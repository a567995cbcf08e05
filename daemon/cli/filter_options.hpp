#pragma once

#include "cli/finding_filter.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's
class App;
}

namespace trunkwarden {

// Declares --account, --severity, --resource, --kind, --incident and --since, which write into `to`.
void add_filter_options(CLI::App& app, written_filter& to);

}  // namespace trunkwarden
