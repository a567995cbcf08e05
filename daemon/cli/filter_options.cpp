#include "cli/filter_options.hpp"

#include <CLI/CLI.hpp>

namespace trunkwarden {
namespace {

// One word behind each option: a second one is an id.
void add_words(CLI::App& app, const char* name, std::vector<std::string>& to, const char* help)
{
    app.add_option(name, to, help)->delimiter(',')->allow_extra_args(false);
}

}  // namespace

void add_filter_options(CLI::App& app, written_filter& to)
{
    add_words(app, "--account", to.accounts, "Only of this account");
    app.add_option("--severity", to.level, "Only this severity and heavier");
    add_words(app, "--resource", to.resources, "Only about this resource");
    add_words(app, "--kind", to.kinds, "Only of this kind");
    add_words(app, "--incident", to.incidents, "Only of this incident");
    app.add_option("--since", to.since, "Only what happened since then");
}

}  // namespace trunkwarden
