#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <functional>
#include <optional>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catalogue/catalogue.hpp"
#include "cli/capturing.hpp"
#include "cli/commands.hpp"
#include "cli/first_settings.hpp"
#include "cli/loading.hpp"
#include "cli/questions.hpp"
#include "settings/api_key.hpp"
#include "settings/secret_file.hpp"
#include "support/escape.hpp"
#include "support/plural.hpp"
#include "support/replace_file.hpp"
#include "support/text_file.hpp"

// From nothing to a watched account: asks, checks the key, says what it can see, captures, and only then
// writes.

namespace trunkwarden {
namespace {

using std::filesystem::path;

constexpr std::string_view service_folder = "/etc/trunkwarden";
constexpr std::string_view service_unit = "/lib/systemd/system/trunkwarden.service";

struct job {
    const invocation& asked;
    path folder;              // of the settings
    bool is_service = false;  // the place where the package's unit looks
    first_answers answers = {};
    secret key = {};
    path key_file = {};  // to be written; "" when the key has a place already
    std::string organization = {};
};

result<void> wrong(std::string what)
{
    return failure{errc::bad_usage, std::move(what)};
}

// Whether a file says anything: the package puts one there that is all comments.
bool has_content(const path& file)
{
    constexpr std::size_t largest = 1024UL * 1024;
    const auto text = read_text_file(file, largest);
    if (!text)
        return text.error().kind != errc::not_found;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const auto line = rest.substr(0, rest.find('\n'));
        const auto first = line.find_first_not_of(" \t\r");
        if (first != std::string_view::npos && line[first] != '#' && line.substr(first, 3) != "---")
            return true;
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return false;
}

result<void> check_place(const job& of)
{
    const auto baseline_file = of.folder / "baseline.yml";
    for (const auto& file : {of.asked.config_file, baseline_file})
        if (!of.asked.force && has_content(file))
            return wrong(
                fmt::format("{} is there already, and nothing was read or written. To add an account, "
                            "edit the settings and run \"trunkwarden baseline capture\"; --force starts anew",
                            file.string()));
    std::error_code failed;
    std::filesystem::create_directories(of.folder, failed);
    if (failed || ::access(of.folder.c_str(), W_OK) != 0)
        return wrong(
            fmt::format("{} cannot be written: {}; run it as root, or name settings of your own: "
                        "--config.file=$HOME/trunkwarden/trunkwarden.yml",
                        of.folder.string(), failed ? failed.message() : "permission denied"));
    return {};
}

// ---- what is asked

result<void> find_name(job& of)
{
    of.answers.account = of.asked.account;
    const bool can_ask = is_somebody_there() && !of.asked.yes;
    if (of.answers.account.empty())
        of.answers.account =
            can_ask ? ask_for("Account name, as it shows in alerts", "production") : "production";
    if (const auto fault = fault_of_account_name(of.answers.account); !fault.empty())
        return wrong(fault);
    return {};
}

// The key has a place, or is typed and gets one that only its owner can read.
result<void> find_key(job& of)
{
    const auto& given = of.asked.key;
    of.answers.api_key = given;
    if (!given.file.empty())
        of.answers.api_key.file = std::filesystem::absolute(given.file);
    if (!given.file.empty() || !given.credential.empty() || !given.environment.empty())
        return {};
    if (!is_somebody_there())
        return wrong(
            "without a terminal init cannot ask for the API key: name its place with --api-key-file, "
            "--api-key-credential or --api-key-env");
    auto typed = single_line_secret(
        std::string(ask_for_secret("API key (it does not show; portal.telnyx.com, API Keys)").reveal()),
        "the API key", "that was typed");
    if (!typed)
        return typed.error();
    of.key = std::move(*typed);
    if (of.is_service) {
        of.key_file = of.folder / "credentials" / of.answers.account;
        of.answers.api_key.credential = "telnyx_" + of.answers.account;
    } else {
        of.key_file = of.folder / (of.answers.account + ".key");
        of.answers.api_key.file = of.key_file.filename();
    }
    return {};
}

result<void> find_sink(job& of)
{
    auto written = of.asked.sink;
    if (written.empty() && is_somebody_there() && !of.asked.yes)
        written = ask_for(
            "Who is told? alertmanager=URL, webhook=URL, slack=FILE, pagerduty=FILE, or Enter for nobody "
            "yet");
    if (written.empty())
        return {};
    auto sink = sink_in(written);
    if (!sink)
        return sink.error();
    const bool is_file = sink->type == "slack" || sink->type == "pagerduty";
    if (is_file)
        sink->where = std::filesystem::absolute(sink->where).string();
    of.answers.sink = std::move(*sink);
    return {};
}

// ---- what is checked

settings_reading settings_of(const job& of)
{
    std::vector<std::string_view> resources;
    for (const auto& type : catalogue)
        resources.push_back(type.name);
    return parse_settings(first_settings(of.answers), of.asked.config_file, resources);
}

void say(std::string_view what)
{
    fmt::print(stderr, "{}\n", what);
}

bool is_rejected(const std::vector<const coverage*>& holes, const account& watched)
{
    return !holes.empty() && std::ranges::all_of(watched.seen, [](const coverage& one) {
        return one.type->pages == paging::no_endpoint || one.failed_with == errc::unauthorised;
    });
}

// What this key cannot see, and whether the person lives with that.
result<void> judge_sight(job& of, account& watched)
{
    const auto holes = holes_in(watched);
    if (is_rejected(holes, watched))
        return wrong("the API rejects this key (401 everywhere): is it whole, and of the right account?");
    const auto all = std::ranges::count_if(
        watched.seen, [](const coverage& one) { return one.type->pages != paging::no_endpoint; });
    say(fmt::format("The key can read {} of {} resources{}.", all - static_cast<std::ptrdiff_t>(holes.size()),
                    all, of.organization.empty() ? "" : " of organisation " + printable(of.organization)));
    if (holes.empty())
        return {};
    for (const auto* hole : holes)
        say(fmt::format("  not {}: {}", hole->type->name, printable(hole->reason, 300)));
    for (const auto* hole : holes)
        if (hole->state != reading_state::unavailable)
            return wrong("not everything could be read this time: try again");
    const bool lives_with_it =
        of.asked.accept_blind_spots ||
        (is_somebody_there() && !of.asked.yes &&
         ask_whether("Nobody would watch these. Go on without them (accepted_blind_spots)?", false));
    if (!lives_with_it)
        return wrong(
            "give the key's user the permission for them, or add --accept-blind-spots to go on without");
    for (auto& one : watched.seen)
        if (std::ranges::find(holes, &one) != holes.end()) {
            of.answers.blind_spots.emplace_back(one.type->name);
            one.accepted_blind = true;
            one.state = reading_state::accepted;
        }
    return {};
}

// ---- what is written

// Takes back what was written, unless all of it was.
class written_files {
public:
    ~written_files()
    {
        if (kept_)
            return;
        for (auto& take_back : undo_)
            take_back();
    }
    written_files() = default;
    written_files(const written_files&) = delete;
    written_files& operator=(const written_files&) = delete;

    result<void> write(const path& file, std::string_view text, mode_t mode)
    {
        auto before = read_text_file(file, 64UL * 1024 * 1024);
        if (const auto done = replace_file(file, text, mode); !done)
            return done.error();
        std::error_code ignored;  // whatever the umask, the service must be able to read what is no secret
        std::filesystem::permissions(file, static_cast<std::filesystem::perms>(mode), ignored);
        undo_.emplace_back([file, before = std::move(before)] {
            std::error_code gone;
            if (before)
                (void)replace_file(file, *before);
            else
                std::filesystem::remove(file, gone);
        });
        return {};
    }
    void keep() { kept_ = true; }

private:
    std::vector<std::function<void()>> undo_;
    bool kept_ = false;
};

result<void> write_all(const job& of, const captured_baseline& captured)
{
    constexpr mode_t secret_mode = 0600;
    // In the package's folder new files belong to the group of the service.
    struct stat folder {};
    const bool has_group = ::stat(of.folder.c_str(), &folder) == 0 && (folder.st_mode & S_ISGID) != 0;
    const mode_t plain_mode = has_group ? 0640 : 0644;
    written_files files;
    if (!of.key_file.empty()) {
        std::error_code failed;
        if (std::filesystem::create_directories(of.key_file.parent_path(), failed))
            std::filesystem::permissions(of.key_file.parent_path(), std::filesystem::perms::owner_all,
                                         failed);
        const secret line(std::string(of.key.reveal()) + '\n');
        if (auto done = files.write(of.key_file, line.reveal(), secret_mode); !done)
            return done;
    }
    const auto baseline_file = of.folder / "baseline.yml";
    if (auto done = files.write(baseline_file, captured.text, plain_mode); !done)
        return done;
    if (auto done = files.write(of.asked.config_file, first_settings(of.answers), plain_mode); !done)
        return done;
    files.keep();
    return {};
}

// ---- what comes next

std::string with_settings(const job& of, std::string_view command)
{
    return of.is_service
               ? fmt::format("trunkwarden {}", command)
               : fmt::format("trunkwarden {} --config.file={}", command, of.asked.config_file.string());
}

void say_what_to_review(const job& of, const captured_baseline& captured)
{
    const auto file = (of.folder / "baseline.yml").string();
    say(fmt::format("\nWrote {}: {}.\nWrote {}.", file, extent_of(captured), of.asked.config_file.string()));
    if (!of.key_file.empty())
        say(fmt::format("Wrote {} (mode 0600).", of.key_file.string()));
    say("\nRead now:");
    say(fmt::format("  {}: what a thief planted before today is in it, too", file));
    if (captured.marks > 0)
        say(fmt::format("  grep -n '# REVIEW:' {}   {} to look at", file, plural(captured.marks, "mark")));
    say("  two-factor authentication shows in no API: look at the portal, then attest it in the baseline\n"
        "    two_factor: {attested: DATE, attested_by: NAME}");
    say(fmt::format("  {}", with_settings(of, "baseline lint")));
}

int run_program(const std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    auto copies = words;
    pointers.reserve(words.size() + 1);
    for (auto& word : copies)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = -1;
    int status = 0;
    if (::posix_spawnp(&child, pointers[0], nullptr, nullptr, pointers.data(), ::environ) != 0 ||
        ::waitpid(child, &status, 0) != child)
        return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

bool has_unit()
{
    std::error_code ignored;
    return std::filesystem::exists("/run/systemd/system", ignored) &&
           std::filesystem::exists(path(service_unit), ignored);
}

// The service, where this is the place for it.
int go_on(const job& of)
{
    if (!of.is_service || !has_unit() || ::geteuid() != 0) {
        say(fmt::format("\nThen leave it running:\n  {}", with_settings(of, "run")));
        return 0;
    }
    const bool wanted = of.asked.yes || (is_somebody_there() &&
                                         ask_whether("\nStart the service now, and at every boot?", true));
    if (!wanted) {
        say("\nThen start it:\n  systemctl enable --now trunkwarden");
        return 0;
    }
    if (run_program({"systemctl", "enable", "--now", "trunkwarden"}) != 0)
        return complain(
            "the service did not start: journalctl -u trunkwarden says why; trunkwarden doctor looks "
            "further");
    say("\nThe service runs. Ask it:\n  trunkwarden status");
    return 0;
}

int test_sink(const job& of)
{
    if (!of.answers.sink) {
        say("\nNobody is told yet: add a sink under alerts.sinks, then \"trunkwarden alerts test\".");
        return 0;
    }
    say("\nA test message to the sink:");
    auto test = of.asked;
    test.sink.clear();
    return alerts_test_command(test);
}

result<captured_baseline> look_and_capture(job& of)
{
    auto parsed = settings_of(of);
    if (!parsed.problems.empty())
        return failure{errc::bad_file, parsed.problems.front().message};
    const auto& wanted = parsed.value.accounts.front();
    if (of.key_file.empty()) {
        auto key = load_api_key(wanted);
        if (!key)
            return key.error();
        of.key = std::move(*key);
    }
    auto watched = make_account(wanted, parsed.value.poll, {});
    watched->now = [] { return std::chrono::system_clock::now(); };
    auto organization = read_whole_account(*watched, of.key);
    if (!organization)
        return organization.error();
    of.organization = *organization;
    if (const auto judged = judge_sight(of, *watched); !judged)
        return judged.error();
    return capture_whole_account(
        *watched, {std::move(*organization), with_settings(of, "init --account " + of.answers.account), {}});
}

}  // namespace

int init_command(const invocation& asked)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto file = std::filesystem::absolute(asked.config_file);
    auto where = asked;
    where.config_file = file;
    job of{where, file.parent_path(), file.parent_path() == service_folder};
    of.answers.api_url = asked.api_url;
    of.answers.ca_file = asked.ca_file.empty() ? "" : std::filesystem::absolute(asked.ca_file).string();
    of.answers.beside_settings = !of.is_service;
    using step = result<void> (*)(job&);
    constexpr std::array<step, 4> steps{[](job& one) { return check_place(one); }, find_name, find_key,
                                        find_sink};
    for (const auto one : steps)
        if (const auto done = one(of); !done)
            return complain(done.error().what);
    const auto captured = look_and_capture(of);
    if (!captured)
        return complain(captured.error().what + "; nothing was written");
    if (const auto written = write_all(of, *captured); !written)
        return complain(written.error().what + "; what was written before is taken back");
    say_what_to_review(of, *captured);
    const int told = test_sink(of);
    const int started = go_on(of);
    return told != 0 ? told : started;
}

}  // namespace trunkwarden
