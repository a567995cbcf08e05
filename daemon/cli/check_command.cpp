#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/check_report.hpp"
#include "cli/commands.hpp"
#include "cli/loading.hpp"
#include "cycle.hpp"
#include "fetch/https_api_client.hpp"
#include "organization.hpp"
#include "restoring.hpp"
#include "support/run_all.hpp"

namespace trunkwarden {
namespace {

// Shows how far the reading has come; what was found is printed at the end.
class check_progress final : public watch_listener, public request_observer {
public:
    explicit check_progress(const account_list& accounts)
    {
        for (const auto& one : accounts)
            lists_ += one->lists.size();
    }
    void on_events(const std::vector<finding_event>&) override {}
    void on_list_read(const std::string& account, const watched_list& list) override
    {
        ++read_;
        show(fmt::format("{}: {}", account, list.from.path));
    }
    void on_answer(std::string_view, unsigned, std::chrono::nanoseconds,
                   std::optional<std::uint64_t>) override
    {
        ++answers_;
        if (answers_ % 10 == 0)
            show("");
    }
    void done() { line_.clear(); }

private:
    void show(const std::string& what)
    {
        line_.show(fmt::format("{} of {} lists read, {} answers  {}", read_, lists_, answers_, what));
    }
    progress_line line_;
    std::size_t lists_ = 0;
    std::size_t read_ = 0;
    std::size_t answers_ = 0;
};

task<> check_account(account& watched)
{
    co_await check_organization(watched);
    if (watched.organization.is != organization_check::verdict::refused)
        co_await sweep(watched);
}

task<> check_all(const account_list& accounts)
{
    std::vector<task<>> work;
    for (const auto& one : accounts)
        work.push_back(check_account(*one));
    co_await run_all(std::move(work));
}

result<void> connect(account& watched, secret key, check_progress& progress)
{
    auto access = access_to(watched.settings, watched.poll, std::move(key));
    auto client = create_https_api_client(std::move(access), progress);
    if (!client)
        return client.error();
    watched.api = std::move(*client);
    watched.listener = &progress;
    return {};
}

// Only with the fingerprints that the daemon keeps can it be told that a secret is another one.
void remember_secrets(const std::filesystem::path& state_file, account_list& accounts)
{
    if (const auto kept = read_secrets(state_file))
        for (auto& one : accounts)
            restore_secrets(*one, *kept);
}

}  // namespace

int check_command(const invocation& asked)
{
    std::signal(SIGPIPE, SIG_IGN);
    auto files = load_files(asked.config_file);
    if (!files.problems.empty())
        return refuse(files);
    for (const auto& warning : files.warnings)
        fmt::print(stderr, "warning: {}\n", warning);

    asio::io_context io(1);
    account_list accounts;
    std::vector<secret> keys;
    for (auto& ready : files.accounts) {
        accounts.push_back(std::move(ready.watched));
        keys.push_back(std::move(ready.key));
    }
    remember_secrets(files.configured.state_file, accounts);
    check_progress progress(accounts);
    for (std::size_t at = 0; at < accounts.size(); ++at)
        if (const auto connected = connect(*accounts[at], std::move(keys[at]), progress); !connected)
            return complain(connected.error().what);

    asio::co_spawn(io, check_all(accounts), [](std::exception_ptr failed) {
        if (failed)
            std::rethrow_exception(failed);
    });
    io.run();
    progress.done();
    std::signal(SIGPIPE, SIG_DFL);  // a reader such as `head` that has seen enough ends us quietly

    bool refused = false;
    for (const auto& one : accounts)
        if (one->organization.is == organization_check::verdict::refused) {
            complain(fmt::format("account {}: {}", one->settings.name, one->organization.reason));
            refused = true;
        }
    fmt::print("{}", asked.output == output_format::json
                         ? check_report_json(accounts)
                         : check_report_text(accounts, styling_of(STDOUT_FILENO)));
    return refused ? 1 : check_exit_code(accounts);
}

}  // namespace trunkwarden
