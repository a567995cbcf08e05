#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <optional>
#include <string>

#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "postgres/connection_words.hpp"
#include "postgres/postgres_error.hpp"
#include "state/postgres_session.hpp"
#include "state/state_copy.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

constexpr const char* state_examples = R"(
The state outlives the daemon: findings, messages, decisions, the history. It is
in state_file, or in the database of the settings.

Examples:
  trunkwarden state prepare
  trunkwarden state copy file database
)";

constexpr const char* copy_examples = R"(
Copies all that is kept, from the state_file of the settings to their database or
back, in one transaction, and reads both again to compare them. The daemon must
not run, and the target must be empty. Nothing is removed from the source.

Examples:
  trunkwarden state copy file database
  trunkwarden state copy database file
)";

constexpr const char* prepare_examples = R"(
Makes the schema and the tables in the database of the settings. The daemon does
the same when it starts, if its role may. With --print nothing is done: the
statements are for an administrator of the database.

Examples:
  trunkwarden state prepare
  trunkwarden state prepare --print | sudo -u postgres psql trunkwarden
)";

struct copy_options {
    std::string from;
    std::string to;

    void add_to(CLI::App& app)
    {
        const CLI::IsMember places({"file", "database"});
        app.add_option("FROM", from, "file or database")->required()->check(places)->type_name("");
        app.add_option("TO", to, "the other of the two")->required()->check(places)->type_name("");
    }
};

struct prepare_options {
    bool prints = false;

    void add_to(CLI::App& app) { app.add_flag("--print", prints, "Print the statements, and do nothing"); }
};

// The settings, where they have a database; else why not is printed.
std::optional<settings> settings_with_database(const common_options& common)
{
    auto read = load_settings(common.config_file);
    if (!read.problems.empty()) {
        print_problems(read.problems);
        return std::nullopt;
    }
    if (!read.value.database.is_set()) {
        fail(fmt::format("{} sets no database: write database.connection_file", common.config_file.string()));
        return std::nullopt;
    }
    return std::move(read.value);
}

int copy_all(const copy_options& given, const common_options& common)
{
    if (given.from == given.to)
        return fail("FROM and TO must be two places: file and database");
    const auto configured = settings_with_database(common);
    if (!configured)
        return 1;
    const state_place database(*configured);
    const state_place file(configured->state_file);
    const bool is_from_file = given.from == "file";
    const auto copied = is_from_file ? copy_state(file, database) : copy_state(database, file);
    if (!copied)
        return fail(copied.error().message);
    if (common.output == output_format::json) {
        boost::json::object out;
        out["rows"] = *copied;
        print_result("{}\n", boost::json::serialize(out));
    } else {
        print_result("{} copied from the {} to the {}, and read back.\n", plural(*copied, "row"), given.from,
                     given.to);
    }
    return 0;
}

int prepare(const prepare_options& given, const common_options& common)
{
    const auto configured = settings_with_database(common);
    if (!configured)
        return 1;
    const auto& database = configured->database;
    const auto words = connection_words::read(database);
    if (!words)
        return fail(words.error().message);
    if (given.prints) {
        const auto role = words->value_of("user");
        if (role.empty())
            return fail(fmt::format("{} names no user: the statements have to say who may write",
                                    database.connection_file.string()));
        print_result("{}", preparing_statements(database, role));
        return 0;
    }
    try {
        const auto connection = connect_to(database);
        prepare_tables(*connection, database);
    } catch (const postgres_error& e) {
        return fail(fmt::format("the tables cannot be made: {}", e.what()));
    }
    if (common.output == output_format::json) {
        boost::json::object out;
        out["schema"] = view(database.schema);
        print_result("{}\n", boost::json::serialize(out));
    } else {
        print_result("The tables are there: schema {} of {}.\n", database.schema, words->place());
    }
    return 0;
}

}  // namespace

const command_spec state_group{"state", "Move the state between file and database", state_examples};

const command_spec state_copy_command{"state copy", "Copy the state from file to database, or back",
                                      copy_examples, with_options<copy_options, copy_all>};

const command_spec state_prepare_command{"state prepare", "Make the tables in the database", prepare_examples,
                                         with_options<prepare_options, prepare>};

}  // namespace trunkwarden
