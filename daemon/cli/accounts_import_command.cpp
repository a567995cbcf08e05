#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "baseline/file/baseline_file.hpp"
#include "cli/account_drafts.hpp"
#include "cli/capture_account.hpp"
#include "cli/command_table.hpp"
#include "cli/error_output.hpp"
#include "cli/file_transaction.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {
namespace {

using std::filesystem::path;

constexpr const char* import_examples = R"(
Writes a file NAME.yml into the folder that accounts_dir of the settings names,
for each row of a table, or for each managed account that nobody watches yet. A
file that is there is left as it is. With any fault in the table, nothing is
written.

The first line of the table has the names of its columns: name, and any of
api_key_file, api_key_credential, api_key_env, baseline_file,
managed_account_id, api_url, ca_file, organization_id. Paths are relative to the
folder; without baseline_file it is ../baselines/NAME.yml. With organization_id,
a key of another organisation is refused.

An account needs a baseline. --capture writes those that are not there, from
what each account holds at this moment: look at them before you trust them.

Examples:
  trunkwarden accounts import accounts.csv --dry-run
  trunkwarden accounts import accounts.csv --capture
  trunkwarden accounts import --managed-by production --capture
)";

struct import_options {
    std::string table;       // a file
    std::string managed_by;  // or an account of the settings
    bool captures = false;
    bool is_dry_run = false;

    void add_to(CLI::App& app)
    {
        auto* file = app.add_option("TABLE", table, "A file of comma-separated values");
        app.add_option("--managed-by", managed_by, "An account whose managed accounts are to be watched")
            ->excludes(file);
        app.add_flag("--capture", captures, "Write baselines that are not there from the accounts");
        app.add_flag("--dry-run", is_dry_run, "Say what would be written, and write nothing");
    }
};

// An account on its way into its file.
struct account_to_add {
    account_draft draft;
    account_settings wanted;
    path file;
    bool needs_baseline = false;
};

struct import_plan {
    std::vector<account_to_add> accounts;
    std::vector<path> left;  // files that are there
    std::vector<problem> problems;
};

// The settings that accounts are added to. A folder without any is no fault of theirs here.
std::optional<settings> read_to_add_to(const path& config_file)
{
    auto read = load_settings(config_file);
    std::error_code ignored;
    const auto& folder = read.value.accounts_dir;
    const bool awaits_the_first = !folder.empty() && read.value.accounts.empty() &&
                                  read.value.account_files.empty() &&
                                  std::filesystem::is_directory(folder, ignored);
    if (awaits_the_first) {
        constexpr std::size_t largest = std::size_t{1024} * 1024;
        const auto text = read_text_file(config_file, largest);
        read.problems = text ? parse_settings(*text, config_file, resource_names()).problems
                             : std::vector{problem_of_file(config_file.string(), text.error().message)};
    }
    if (!read.problems.empty()) {
        print_problems(read.problems);
        return std::nullopt;
    }
    if (folder.empty()) {
        fail(
            fmt::format("{} has no accounts_dir: make a folder accounts.d beside it, add \"accounts_dir: "
                        "accounts.d\", and run this again",
                        config_file.string()));
        return std::nullopt;
    }
    return std::move(read.value);
}

// The settings with this account only.
settings alone(const settings& among, const account_settings& wanted)
{
    settings out;
    out.file = among.file;
    out.poll = among.poll;
    out.accounts.push_back(wanted);
    return out;
}

void check_baseline(const import_options& given, const import_plan& before, account_to_add& adding,
                    std::vector<std::string>& faults)
{
    const auto& file = adding.wanted.baseline_file;
    adding.needs_baseline = !file_exists(file);
    if (adding.needs_baseline) {
        for (const auto& earlier : before.accounts)
            if (earlier.needs_baseline && earlier.wanted.baseline_file.native() == file.native())
                faults.push_back(fmt::format(
                    "its baseline {} is that of account {}, too, and is not there: give each a file "
                    "of its own",
                    file.string(), earlier.draft.name));
        if (!given.captures)
            faults.push_back(
                fmt::format("its baseline {} is not there: write it, or let --capture write it "
                            "from what the account holds now",
                            file.string()));
        return;
    }
    const auto trusted = read_baseline_file(file, adding.wanted.types.all());
    const auto& wanted = adding.draft.organization_id;
    if (!trusted.problems.empty())
        faults.push_back(to_string(trusted.problems.front()));
    else if (!wanted.empty() && trusted.value.organization_id != wanted)
        faults.push_back(fmt::format("its baseline {} is of organisation \"{}\", and the table says {}",
                                     file.string(), printable(trusted.value.organization_id),
                                     printable(wanted)));
}

// Everything that a reload would refuse later.
void plan_account(const import_options& given, const settings& beside, account_draft draft, import_plan& into)
{
    account_to_add adding;
    adding.file = beside.accounts_dir / (draft.name + ".yml");
    if (file_exists(adding.file)) {
        into.left.push_back(adding.file);
        return;
    }
    auto read = parse_account_file(draft.text, adding.file, beside, resource_names());
    std::vector<std::string> faults;
    for (const auto& fault : read.problems)
        faults.push_back(fault.message);
    adding.wanted = std::move(read.value);
    adding.draft = std::move(draft);
    if (faults.empty()) {
        const auto files = load_account_to_capture(alone(beside, adding.wanted), adding.wanted.name);
        for (const auto& fault : files.problems)
            faults.push_back(fault.message);
        for (const auto& warning : files.warnings)
            print_remark("warning: {}\n", warning);
        check_baseline(given, into, adding, faults);
    }
    const auto& from = given.table.empty() ? adding.file.string() : given.table;
    for (const auto& fault : faults)
        into.problems.push_back(
            {from, adding.draft.from, fmt::format("account {}: {}", adding.draft.name, fault)});
    into.accounts.push_back(std::move(adding));
}

table_reading read_table(const path& file)
{
    constexpr std::size_t largest = std::size_t{8} * 1024 * 1024;
    const auto text = read_text_file(file, largest);
    if (!text)
        return {{}, {problem_of_file(file.string(), text.error().message)}};
    return read_account_table(*text, file);
}

// A baseline of that name which says that it is another account's, or does not say whose it is: the owner of
// a managed account writes its name, and would choose what is trusted in it.
bool has_foreign_baseline(const settings& beside, const std::string& name, const unwatched_account& managed)
{
    const auto file = (beside.accounts_dir / "../baselines" / (name + ".yml")).lexically_normal();
    return file_exists(file) &&
           read_baseline_file(file, beside.types.all()).value.organization_id != managed.id;
}

result<std::vector<account_draft>> ask_manager(const settings& beside, const std::string& name)
{
    auto loaded = load_account_to_capture(beside, name);
    if (!loaded.problems.empty())
        return failure{errc::bad_file, to_string(loaded.problems.front())};
    auto& manager = *loaded.ready->watched;
    if (const auto read = read_whole_account(manager, std::move(loaded.ready->key)); !read)
        return read.error();
    const auto resource = place_of_resource(manager.config, "managed_accounts").value();
    const auto& seen = manager.view.coverage[resource];
    if (seen.state != reading_state::complete)
        return failure{errc::unreachable, fmt::format("the managed accounts of {} could not be read: {}",
                                                      name, printable(seen.reason, 300))};
    std::set<std::string, std::less<>> watched;
    std::set<std::string> names;
    for (const auto& account : beside.accounts) {
        watched.insert(account.managed_account_id);
        names.insert(account.name);
    }
    return drafts_of(unwatched_accounts(manager, watched), manager.config.settings,
                     [&](const std::string& wanted, const unwatched_account& managed) {
                         return names.contains(wanted) || has_foreign_baseline(beside, wanted, managed);
                     });
}

result<captured_baseline> capture_first(const account_to_add& adding, const settings& beside)
{
    auto loaded = load_account_to_capture(alone(beside, adding.wanted), adding.wanted.name);
    if (!loaded.problems.empty())
        return failure{errc::bad_file, to_string(loaded.problems.front())};
    auto& watched = *loaded.ready->watched;
    auto organization = read_whole_account(watched, loaded.ready->key);
    if (!organization)
        return organization.error();
    const auto& wanted = adding.draft.organization_id;
    if (!wanted.empty() && *organization != wanted)
        return bad_usage("its key belongs to organisation \"{}\", and the table says {}",
                         printable(*organization), printable(wanted));
    if (const auto holes = holes_in(watched.view); !holes.empty())
        return failure{
            errc::unreachable,
            fmt::format("{} and {} could not be read: {}", holes.front()->type->name,
                        plural(holes.size() - 1, "other resource"), printable(holes.front()->reason, 300))};
    capture_setting with{std::move(*organization), "trunkwarden accounts import"};
    with.use = read_use_once(watched, std::move(loaded.ready->key));
    return capture_account(watched, std::move(with));
}

// Reading an account takes a while, and somebody may have written the file meanwhile.
result<void> write_new(file_transaction& files, const path& file, std::string_view text)
{
    if (file_exists(file))
        return bad_usage("{} is there by now, and was left as it is", file.string());
    return files.write(file, text);
}

// The account's file comes last: a daemon that runs takes it as soon as it is there.
result<void> write_files(const account_to_add& adding, const std::optional<captured_baseline>& captured)
{
    file_transaction files(adding.file.parent_path());
    if (captured) {
        std::error_code failed;
        std::filesystem::create_directories(adding.wanted.baseline_file.parent_path(), failed);
        if (auto done = write_new(files, adding.wanted.baseline_file, captured->text); !done)
            return done;
    }
    if (auto done = write_new(files, adding.file, adding.draft.text); !done)
        return done;
    files.commit();
    return {};
}

result<void> add_account(const account_to_add& adding, const settings& beside)
{
    std::optional<captured_baseline> captured;
    if (adding.needs_baseline) {
        auto read = capture_first(adding, beside);
        if (!read)
            return read.error();
        captured = std::move(*read);
    }
    return write_files(adding, captured);
}

// Says each file, as soon as it is written.
class import_report {
public:
    import_report(const common_options& common, const import_options& given)
        : is_json_(common.output == output_format::json), is_dry_run_(given.is_dry_run)
    {
    }

    void left(const path& file)
    {
        tell(file, "left", "");
        if (!is_json_)
            print_remark("{} is there already, and is left as it is\n", file.string());
    }
    void wrote(const path& file)
    {
        tell(file, is_dry_run_ ? "would_be_written" : "written", "");
        if (!is_json_)
            print_result("{} {}\n", is_dry_run_ ? "would write" : "wrote", file.string());
    }
    void failed(const path& file, const std::string& reason)
    {
        tell(file, "failed", reason);
        fail(fmt::format("{} was not written: {}", file.string(), printable(reason, 600)));
    }
    void end() const
    {
        if (is_json_)
            print_result("{}\n", boost::json::serialize(all_));
    }

private:
    void tell(const path& file, std::string_view outcome, std::string_view reason)
    {
        boost::json::object row;
        row["file"] = file.string();
        row["outcome"] = view(outcome);
        if (!reason.empty())
            row["reason"] = view(reason);
        all_.push_back(std::move(row));
    }

    bool is_json_;
    bool is_dry_run_;
    boost::json::array all_;
};

// Whether its files were written, or would be.
bool carry_out(const account_to_add& adding, const settings& beside, bool is_dry_run, import_report& report)
{
    if (!is_dry_run && adding.needs_baseline)
        print_remark("reading account {}\n", adding.wanted.name);
    const auto done = is_dry_run ? result<void>() : add_account(adding, beside);
    if (!done) {
        report.failed(adding.file, done.error().message);
        return false;
    }
    if (adding.needs_baseline)
        report.wrote(adding.wanted.baseline_file);
    report.wrote(adding.file);
    return true;
}

int carry_out(const import_plan& plan, const settings& beside, const import_options& given,
              const common_options& common)
{
    import_report report(common, given);
    int exit_code = 0;
    bool has_captured = false;
    for (const auto& file : plan.left)
        report.left(file);
    for (const auto& adding : plan.accounts) {
        const bool is_written = carry_out(adding, beside, given.is_dry_run, report);
        has_captured = has_captured || (is_written && !given.is_dry_run && adding.needs_baseline);
        exit_code = is_written ? exit_code : 1;
    }
    report.end();
    if (has_captured)
        print_remark(
            "Read the baselines now: they also trust anything that a thief planted before today. Marks "
            "# REVIEW in them and \"trunkwarden baseline lint\" say where to look first.\n");
    return exit_code;
}

int import_accounts(const import_options& given, const common_options& common)
{
    std::signal(SIGPIPE, SIG_IGN);
    if (given.table.empty() == given.managed_by.empty())
        return fail("name a table, or an account with --managed-by: \"trunkwarden accounts import --help\"");
    const auto beside = read_to_add_to(whole_name(common.config_file));
    if (!beside)
        return 1;
    std::vector<account_draft> drafts;
    if (given.managed_by.empty()) {
        auto read = read_table(given.table);
        if (!read.problems.empty())
            return print_problems(read.problems);
        drafts = std::move(read.drafts);
    } else {
        auto asked = ask_manager(*beside, given.managed_by);
        if (!asked)
            return fail(asked.error().message);
        drafts = std::move(*asked);
        if (drafts.empty())
            print_remark("every managed account of {} is watched already\n", given.managed_by);
    }
    import_plan plan;
    for (auto& draft : drafts)
        plan_account(given, *beside, std::move(draft), plan);
    if (!plan.problems.empty()) {
        print_problems(plan.problems);
        return fail("nothing was written");
    }
    return carry_out(plan, *beside, given, common);
}

}  // namespace

const command_spec accounts_group{"accounts", "Add many accounts at once", import_examples};

const command_spec accounts_import_command{"accounts import",
                                           "Write files of accounts from a table or from managed accounts",
                                           import_examples, with_options<import_options, import_accounts>};

}  // namespace trunkwarden
