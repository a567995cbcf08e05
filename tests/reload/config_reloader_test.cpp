#include "reload/config_reloader.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/run.hpp"

// A reload from the question to the answer, with files and parts in memory.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using strings = std::vector<std::string>;

baseline parsed(const std::string& text)
{
    return parse_baseline(text, "baseline.yml", catalogue).value;
}

// Remembers what was done to it, in order.
class fake_parts final : public reload_target {
public:
    const baseline* baseline_of(const std::string& account) const override
    {
        const auto known = in_force.find(account);
        return known == in_force.end() ? nullptr : &known->second;
    }
    void set_baseline_error(const std::vector<skipped_account>& skipped) override
    {
        for (const auto& each : skipped)
            done.push_back("distrusts " + each.account + ": " + each.baseline_error);
    }
    task<result<std::unique_ptr<reload_transaction>>> prepare(const settings&, files_read_again&) override
    {
        if (!problem.empty())
            co_return failure{errc::bad_file, problem};
        done.emplace_back("prepared");
        std::unique_ptr<reload_transaction> ready = std::make_unique<transaction>(*this);
        co_return std::move(ready);
    }

    std::map<std::string, baseline> in_force;
    std::string problem;
    strings done;

private:
    class transaction final : public reload_transaction {
    public:
        explicit transaction(fake_parts& parts) : of_(parts) {}
        task<> commit(const settings& configured) override
        {
            of_.done.push_back("committed " + configured.state_file.string());
            co_return;
        }

    private:
        fake_parts& of_;
    };
};

task<> ask_for_a_reload(config_reloader& reloader, reload_cause cause,
                        std::optional<result<std::string>>& answer, asio::cancellation_signal& stop)
{
    answer = co_await reloader.ask(cause);
    stop.emit(asio::cancellation_type::terminal);
}

class ConfigReloader : public testing::Test {
protected:
    ConfigReloader()
    {
        configured.file = "trunkwarden.yml";
        configured.state_file = "state.db";
        account_settings account;
        account.name = "production";
        configured.accounts.push_back(account);
        wanted = configured;
        parts.in_force.emplace("production", parsed("version: 1\n"));
        config_files files;
        files.files_of = [](const settings&) { return config_files::paths{"trunkwarden.yml"}; };
        files.digest_of = [this](const config_files::paths&) { return sha256(content); };
        files.read = [this] { return read(); };
        const known_files known{{"trunkwarden.yml"}, sha256(content)};
        reloader = std::make_unique<config_reloader>(
            files, known,
            config_reloader::dependencies{configured, parts, manager, aside, log,
                                          [this](history_event event) { told.push_back(std::move(event)); }});
    }

    // "error: " before the sentence of a failure.
    std::string reload(reload_cause cause = reload_cause::asked)
    {
        std::optional<result<std::string>> answer;
        asio::cancellation_signal stop;
        asio::io_context io(1);
        asio::co_spawn(io, reloader->reload_forever(),
                       asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
        asio::co_spawn(io, ask_for_a_reload(*reloader, cause, answer, stop), must_not_throw);
        io.run();
        return !answer ? "nobody answered" : *answer ? **answer : "error: " + answer->error().message;
    }

    void edit() { content += "edited\n"; }
    void edit_baseline(const std::string& text)
    {
        baseline_text = text;
        edit();
    }

    settings configured;  // the active ones
    settings wanted;      // as the files have them
    std::string baseline_text = "version: 1\n";
    std::string content;
    strings problems;                // of the files
    optional_reason baseline_error;  // of the baseline file
    fake_parts parts;
    std::ostringstream text;
    logger log{{}, text};
    systemd_notifier manager;
    worker_thread aside;
    std::vector<history_event> told;
    std::unique_ptr<config_reloader> reloader;

private:
    files_reading read() const
    {
        files_reading out;
        out.problems = problems;
        if (!problems.empty())
            return out;
        out.valid.emplace();
        out.valid->configured = wanted;
        account_read_again account;
        account.name = "production";
        account.baseline_error = baseline_error;
        if (!baseline_error)
            account.trusted = parsed(baseline_text);
        else
            out.skipped.push_back({"production", *baseline_error});
        out.valid->accounts.push_back(std::move(account));
        return out;
    }
};

TEST_F(ConfigReloader, DoesNothingWhenTheFilesWereTouchedAndReadTheSame)
{
    EXPECT_EQ(reload(reload_cause::files_changed), "nothing changed");
    EXPECT_THAT(parts.done, IsEmpty());
    EXPECT_FALSE(reloader->record().last_taken);
}

TEST_F(ConfigReloader, CommitsEditedFilesAndSaysInWordsWhatChanged)
{
    edit_baseline("version: 1\nips:\n  - ip_address: 192.0.2.66\n");
    const auto report = reload(reload_cause::files_changed);
    EXPECT_THAT(report, HasSubstr("took the baseline of account production, 1 entry\n"));
    EXPECT_THAT(report, HasSubstr("account production: ")) << "the change of the baseline";
    EXPECT_THAT(parts.done, ElementsAre("prepared", "committed state.db"));
    EXPECT_THAT(text.str(), HasSubstr("a reload permits more"));
    EXPECT_TRUE(reloader->record().last_taken);
    EXPECT_EQ(reload(reload_cause::files_changed), "nothing changed") << "it is known now";
}

TEST_F(ConfigReloader, WritesIntoTheHistoryWhatItMeansOrWhyItWasRefused)
{
    reload(reload_cause::files_changed);
    EXPECT_THAT(told, IsEmpty()) << "nothing changed";
    edit_baseline("version: 1\nips:\n  - ip_address: 192.0.2.66\n");
    reload(reload_cause::files_changed);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, history_kind::reload);
    EXPECT_THAT(told[0].sentence,
                HasSubstr("took the baseline of account production, 1 entry; account production: "));
    EXPECT_EQ(told[0].sentence.find('\n'), std::string::npos);
    edit();
    problems = {"a.yml:1:2: wrong", "b.yml:3:4: wrong as well"};
    reload();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1].kind, history_kind::not_reloaded);
    EXPECT_EQ(told[1].sentence, "edited files were refused: a.yml:1:2: wrong; b.yml:3:4: wrong as well");
}

TEST_F(ConfigReloader, ReadsTheSameFilesAgainWhenAPersonAsks)
{
    EXPECT_THAT(reload(), HasSubstr("nothing that is trusted changed"));
    EXPECT_THAT(parts.done, ElementsAre("prepared", "committed state.db"));
}

TEST_F(ConfigReloader, ChangesNothingWhenAFileIsNotValidAndNamesEveryProblem)
{
    edit();
    problems = {"a.yml:1:2: wrong", "b.yml:3:4: wrong as well"};
    wanted.poll.interval = 5s;
    EXPECT_EQ(reload(), "error: a.yml:1:2: wrong\nb.yml:3:4: wrong as well");
    EXPECT_THAT(parts.done, IsEmpty());
    EXPECT_NE(configured.poll.interval, 5s);
    ASSERT_TRUE(reloader->record().refused);
    EXPECT_EQ(reloader->record().refused->problems, problems);
    problems.clear();
    EXPECT_THAT(reload(), HasSubstr("poll.interval"));
    EXPECT_EQ(configured.poll.interval, 5s);
    EXPECT_FALSE(reloader->record().refused) << "it is over";
}

TEST_F(ConfigReloader, ChangesNothingWhenAPartCannotBeMadeReady)
{
    edit();
    wanted.poll.interval = 5s;
    parts.problem = "the port is in use";
    EXPECT_EQ(reload(), "error: the port is in use");
    EXPECT_THAT(parts.done, IsEmpty());
    EXPECT_NE(configured.poll.interval, 5s);
    EXPECT_EQ(text.str().find("a reload lets"), std::string::npos) << "no change is told that did not happen";
}

TEST_F(ConfigReloader, LeavesASettingThatNeedsARestartAsItIs)
{
    edit();
    wanted.state_file = "elsewhere.db";
    wanted.poll.interval = 5s;
    EXPECT_THAT(reload(), HasSubstr("takes a restart"));
    EXPECT_THAT(parts.done, ElementsAre("prepared", "committed state.db"));
    EXPECT_EQ(configured.state_file, "state.db");
    EXPECT_EQ(configured.poll.interval, 5s);
}

TEST_F(ConfigReloader, RefusesAnotherKeyForABaselineAndDistrustsIt)
{
    configured.accounts[0].baseline_public_key = "KEY of the owner";
    wanted.accounts[0].baseline_public_key = "KEY of somebody";
    edit();
    EXPECT_THAT(reload(), HasSubstr("error: trunkwarden.yml: baseline_public_key of account production"));
    ASSERT_EQ(parts.done.size(), 1U);
    EXPECT_THAT(parts.done[0], HasSubstr("distrusts production"));
}

TEST_F(ConfigReloader, AppliesAllButABaselineWhoseSignatureDoesNotFit)
{
    edit();
    baseline_error = "the signature does not fit";
    wanted.poll.interval = 5s;
    const auto report = reload();
    EXPECT_THAT(report, HasSubstr("error: took no baseline\n"));
    EXPECT_THAT(report, HasSubstr("the signature does not fit; the current baseline stays"));
    EXPECT_THAT(parts.done, ElementsAre("distrusts production: the signature does not fit", "prepared",
                                        "committed state.db"));
    EXPECT_EQ(configured.poll.interval, 5s);
    EXPECT_TRUE(reloader->record().refused);
    EXPECT_FALSE(reloader->record().last_taken);
}

}  // namespace
}  // namespace trunkwarden
