#include "watch/account_registry.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/deviations.hpp"
#include "fakes/fake_api_client.hpp"
#include "fakes/run.hpp"
#include "settings/sample_extra_resources.hpp"

// Accounts that come, go and change, behind an API that never answers.

namespace trunkwarden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using strings = std::vector<std::string>;

class memory_state_file final : public state_file {
public:
    explicit memory_state_file(state_change& written) : written_(written) {}
    result<void> write(const state_change& change) override
    {
        written_.add(change);
        return {};
    }

private:
    state_change& written_;
};

struct deaf_sink final : event_sink {
    void alert(const std::string&, const std::vector<finding_event>&) override {}
    void persist(state_change) override {}
};

baseline trusting(const std::string& entries)
{
    return parse_baseline("version: 1\n" + entries, "baseline.yml", catalogue).value;
}

task<> apply(account_registry& registry, files_read_again& files, worker_thread& aside, std::string& problem)
{
    const state_place state(std::filesystem::path("state.db"));
    auto ready = co_await registry.prepare(files, state, aside);
    if (ready)
        co_await registry.commit(*ready, aside);
    else
        problem = ready.error().message;
}

task<> order(account_registry& registry, quarantine_order quarantine_order, std::string& answer)
{
    const auto done = co_await registry.carry_out(std::move(quarantine_order));
    answer = done ? "done" : done.error().message;
}

class AccountRegistry : public testing::Test {
protected:
    void SetUp() override
    {
        registry_io outside;
        outside.connect = [this](const api_access& access,
                                 request_observer&) -> result<std::unique_ptr<api_client>> {
            connected.push_back(access.base_url + " " + std::string(access.key.reveal()));
            if (access.base_url == unusable)
                return failure{errc::bad_file, "no client for " + access.base_url};
            return std::unique_ptr<api_client>(std::make_unique<fake_api_client>());
        };
        outside.read_kept = [this](const state_place&) { return kept; };
        outside.keep_baseline = [this](const signed_text& copy, const std::filesystem::path& at) {
            copies.push_back(at.string() + ": " + copy.text);
            return result<void>();
        };
        registry =
            std::make_unique<account_registry>(watch_dependencies{log, counters, state, sink, progress, pace},
                                               io.get_executor(), std::move(outside));
    }
    void TearDown() override
    {
        stop.emit(asio::cancellation_type::terminal);
        io.restart();
        io.run();
    }

    void add(const std::string& name)
    {
        ASSERT_TRUE(registry->add(ready(name), kept, std::chrono::hours(4)));
    }
    void start()
    {
        asio::co_spawn(io, registry->watch_forever(),
                       asio::bind_cancellation_slot(stop.slot(), [](const std::exception_ptr&) {}));
        io.poll();
        connected.clear();
    }

    // As its files have it now.
    account_read_again& read(const std::string& name, const std::string& entries = {})
    {
        account_read_again out;
        out.name = name;
        out.trusted = trusting(entries);
        out.ready = ready(name);
        files.accounts.push_back(std::move(out));
        return files.accounts.back();
    }
    // Returns why it is refused; "" when it is not.
    std::string reload()
    {
        std::string problem;
        bool ended = false;
        asio::co_spawn(io, apply(*registry, files, aside, problem),
                       [&ended](const std::exception_ptr& thrown) {
                           must_not_throw(thrown);
                           ended = true;
                       });
        io.restart();
        while (!ended)
            io.run_one();
        files.accounts.clear();
        return problem;
    }

    // With the writer busy until it is answered.
    void order_beside_the_writer(quarantine_order quarantine_order, std::string& answer)
    {
        run(beside_the_writer(order(*registry, std::move(quarantine_order), answer)));
    }
    task<> beside_the_writer(task<> other)
    {
        using namespace asio::experimental::awaitable_operators;
        co_await (guarded(state.keep_forever()) || guarded(std::move(other)));
    }

    strings names() const
    {
        strings out;
        for (const auto* watch : registry->all())
            out.push_back(watch->watched().config.settings.name);
        return out;
    }
    account_watch& watch(const std::string& name) const
    {
        for (auto* each : registry->all())
            if (each->watched().config.settings.name == name)
                return *each;
        throw std::out_of_range(name);
    }

    std::ostringstream text;
    logger log{{}, text};
    metrics counters;
    state_change written;
    background_writer state{std::make_unique<memory_state_file>(written), {}, log};
    deaf_sink sink;
    async_event progress;
    start_pace pace;
    worker_thread aside;
    kept_state kept;       // in the state file
    std::string unusable;  // a base_url for which no client can be made
    strings connected;     // base_url and key of each client that was made
    strings copies;        // of signed baselines
    files_read_again files;
    asio::io_context io{1};
    asio::cancellation_signal stop;
    std::unique_ptr<account_registry> registry;

private:
    static ready_account ready(const std::string& name)
    {
        account_settings settings;
        settings.name = name;
        settings.api_url = "https://" + name + ".example.com/v2";
        ready_account out;
        out.watched = make_account(settings, {}, trusting(""));
        out.watched->io.now = [] { return std::chrono::system_clock::now(); };
        out.key = secret("KEY-" + name);
        return out;
    }
};

TEST_F(AccountRegistry, KeepsTheAccountsInTheOrderOfTheSettings)
{
    add("a");
    add("b");
    start();
    for (const char* name : {"c", "b", "a"})
        read(name);
    EXPECT_EQ(reload(), "");
    EXPECT_THAT(names(), ElementsAre("c", "b", "a"));
}

TEST_F(AccountRegistry, TouchesNoAccountThatIsAsItWas)
{
    add("a");
    start();
    const auto* before = &watch("a");
    read("a");
    EXPECT_EQ(reload(), "");
    EXPECT_EQ(&watch("a"), before);
    EXPECT_THAT(connected, IsEmpty());
}

TEST_F(AccountRegistry, ReachesAnAccountAnewWhoseSettingsOrKeyAreOthers)
{
    add("a");
    add("b");
    start();
    read("a").ready.watched->config.settings.api_url = "https://elsewhere.example.com/v2";
    auto& other_key = read("b").ready;
    other_key.key = secret("KEY-other");
    other_key.access[0] = 1;
    EXPECT_EQ(reload(), "");
    EXPECT_THAT(connected,
                ElementsAre("https://elsewhere.example.com/v2 KEY-a", "https://b.example.com/v2 KEY-other"));
    EXPECT_EQ(watch("a").watched().config.settings.api_url, "https://elsewhere.example.com/v2");
}

TEST_F(AccountRegistry, TakesAnotherWayToTheApiOnceAndForTheProbeToo)
{
    add("a");
    start();
    for (int reloads = 0; reloads < 2; ++reloads) {
        auto& settings = read("a").ready.watched->config.settings;
        settings.connection.proxy_url = "http://new.example:3128";
        settings.managed_account_id = "4711";
        EXPECT_EQ(reload(), "");
    }
    EXPECT_THAT(connected, testing::SizeIs(1)) << "the second reload changes nothing";
    EXPECT_EQ(watch("a").watched().config.settings.connection.proxy_url, "http://new.example:3128");
}

TEST_F(AccountRegistry, ReplacesTheBaselineAndReachesTheAccountAsBefore)
{
    add("a");
    start();
    read("a", "ips:\n  - ip_address: 192.0.2.66\n");
    EXPECT_EQ(reload(), "");
    std::size_t entries = 0;
    for (const auto& resource : watch("a").watched().config.baseline.resources)
        entries += resource.entries().size();
    EXPECT_EQ(entries, 1U);
    EXPECT_THAT(connected, IsEmpty());
}

TEST_F(AccountRegistry, ChangesNothingWhenOneAccountCannotBeReached)
{
    add("a");
    start();
    unusable = "https://b.example.com/v2";
    read("c");
    read("b");
    EXPECT_EQ(reload(), "no client for https://b.example.com/v2");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(AccountRegistry, EndsTheFindingsOfAnAccountThatIsNotInTheSettingsAnyMore)
{
    auto open = fakes::event(transition::opened, "1").about;
    open.account = "b";
    kept.findings.push_back(open);
    add("a");
    add("b");
    start();
    EXPECT_EQ(registry->open_findings(), 1U);
    read("a");
    EXPECT_EQ(reload(), "");
    EXPECT_THAT(names(), ElementsAre("a"));
    EXPECT_EQ(registry->open_findings(), 0U);
    state.write_rest();
    ASSERT_EQ(written.findings.count("f-1"), 1U);
    EXPECT_EQ(written.findings.at("f-1").status, finding_status::resolved);
    ASSERT_FALSE(written.events.empty());
    EXPECT_THAT(written.events.back().sentence, HasSubstr("its account is not watched any more"));
}

TEST_F(AccountRegistry, EndsTheFindingsOfAnExtraResourceThatIsNotInTheSettingsAnyMore)
{
    const watched_types buckets(std::vector{examples::storage_buckets()});
    auto open = fakes::event(transition::opened, "1").about;
    open.account = "a";
    open.deviation.type = buckets.extra().front();
    kept.findings.push_back(open);
    add("a");
    start();
    EXPECT_EQ(registry->open_findings(), 0U) << "nobody watches it yet";
    auto& settings = read("a").ready.watched->config.settings;
    settings.types = buckets;
    EXPECT_EQ(reload(), "");
    EXPECT_EQ(connected.size(), 1U);
    EXPECT_TRUE(watch("a").watched().config.settings.types == buckets);
    watch("a").watched().memory.findings.restore(open);
    EXPECT_EQ(registry->open_findings(), 1U);

    read("a");
    EXPECT_EQ(reload(), "");

    EXPECT_EQ(registry->open_findings(), 0U);
    EXPECT_TRUE(watch("a").watched().config.settings.types == watched_types());
    state.write_rest();
    ASSERT_EQ(written.findings.count("f-1"), 1U);
    EXPECT_EQ(written.findings.at("f-1").status, finding_status::resolved);
    ASSERT_FALSE(written.events.empty());
    EXPECT_THAT(written.events.back().sentence, HasSubstr("its resource is not watched any more"));
}

TEST_F(AccountRegistry, GivesAnAccountThatComesBackTheFindingsThatTheStateFileKeeps)
{
    add("a");
    start();
    auto open = fakes::event(transition::opened, "1").about;
    open.account = "b";
    kept.findings.push_back(open);
    read("a");
    read("b");
    EXPECT_EQ(reload(), "");
    EXPECT_EQ(registry->open_findings(), 1U);
}

TEST_F(AccountRegistry, KeepsTheBaselineInForceWhenTheFileIsDistrusted)
{
    add("a");
    start();
    auto& distrusted = read("a", "ips:\n  - ip_address: 192.0.2.66\n");
    distrusted.baseline_error = "the signature does not fit";
    registry->set_baseline_error({{"a", "the signature does not fit"}, {"unheard-of", "as well"}});
    EXPECT_EQ(reload(), "");
    EXPECT_EQ(watch("a").watched().config.baseline_error, "the signature does not fit");
    for (const auto& resource : watch("a").watched().config.baseline.resources)
        EXPECT_TRUE(resource.entries().empty());
    read("a");
    EXPECT_EQ(reload(), "");
    EXPECT_EQ(watch("a").watched().config.baseline_error, std::nullopt) << "a trusted file makes up for it";
}

TEST_F(AccountRegistry, RefusesANewAccountWhoseBaselineIsDistrusted)
{
    add("a");
    start();
    read("a");
    read("b").baseline_error = "the signature does not fit";
    EXPECT_EQ(reload(), "the signature does not fit");
    EXPECT_THAT(names(), ElementsAre("a"));
}

TEST_F(AccountRegistry, KeepsACopyOfASignedBaselineForTheNextStart)
{
    add("a");
    start();
    read("a").ready.source = signed_baseline{{"version: 1\n", "signature"}, "state.db.a.baseline"};
    read("b").ready.source = signed_baseline{{"version: 1\n# b\n", "signature"}, "state.db.b.baseline"};
    EXPECT_EQ(reload(), "");
    EXPECT_THAT(copies,
                ElementsAre("state.db.a.baseline: version: 1\n", "state.db.b.baseline: version: 1\n# b\n"));
}

TEST_F(AccountRegistry, LetsAFreezeHoldForAccountsThatComeLater)
{
    add("a");
    start();
    registry->restore_freeze(freeze{fakes::noon, "an audit"});
    EXPECT_THAT(watch("a").guard().forbidden().value_or(""), HasSubstr("(an audit)"));
    read("a");
    read("b");
    EXPECT_EQ(reload(), "");
    EXPECT_THAT(watch("b").guard().forbidden().value_or(""), HasSubstr("(an audit)"));
    registry->restore_freeze(std::nullopt);
    EXPECT_EQ(watch("b").guard().forbidden(), std::nullopt);
}

// A person who freezes what is frozen already does not make it forgotten why; thawing does.
TEST_F(AccountRegistry, RemembersThatStateWasLostUntilSomebodyThaws)
{
    add("a");
    registry->restore_freeze(freeze{fakes::noon, "state.db is missing", "state.db is missing"});
    std::string answer;
    order_beside_the_writer({quarantine_order::verb::freeze, "", "an audit", false, "dana"}, answer);
    ASSERT_EQ(answer, "done");
    ASSERT_TRUE(written.frozen && *written.frozen);
    EXPECT_EQ((*written.frozen)->reason, "an audit");
    EXPECT_EQ((*written.frozen)->by, "dana");
    EXPECT_EQ((*written.frozen)->state_lost, "state.db is missing");
    ASSERT_FALSE(written.events.empty());
    EXPECT_EQ(written.events.back().kind, history_kind::frozen) << "with the fact that it tells of";
    order_beside_the_writer({quarantine_order::verb::thaw, "", ""}, answer);
    ASSERT_EQ(answer, "done");
    EXPECT_FALSE(*written.frozen);
    EXPECT_EQ(written.events.back().kind, history_kind::thawed);
}

TEST_F(AccountRegistry, SaysThatThereIsNoSuchAction)
{
    add("a");
    std::string answer;
    run(order(*registry, {quarantine_order::verb::approve, "a-unknown", ""}, answer));
    EXPECT_THAT(answer, HasSubstr("there is no action a-unknown"));
}

TEST(AccountRegistryWithoutAStateFile, SaysThatAFreezeHoldsUntilTheDaemonStops)
{
    std::ostringstream text;
    logger log{{}, text};
    metrics counters;
    background_writer state{nullptr, "there is no such folder", log};
    deaf_sink sink;
    async_event progress;
    start_pace pace;
    asio::io_context io(1);
    account_registry registry(watch_dependencies{log, counters, state, sink, progress, pace},
                              io.get_executor());
    std::string answer;
    run(order(registry, {quarantine_order::verb::freeze, "", "an audit"}, answer));
    EXPECT_THAT(answer, HasSubstr("it holds until the daemon stops, and no longer: there is no such folder"));
    ASSERT_TRUE(registry.frozen());
    EXPECT_EQ(registry.frozen()->reason, "an audit");
}

}  // namespace
}  // namespace trunkwarden
