#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <pwd.h>
#include <thread>
#include <unistd.h>

#include "end_to_end/watched_account.hpp"

// The daemon acts on an account, and people steer it: the real binary against the simulator over TLS.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

watch_options acting(std::string_view quarantine)
{
    return {.poll = "{interval: 1s, audit_interval: 1s, requests_per_second: 1000, timeout: 1s}",
            .account_extra = "    api_keys: {own_key_id: d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01}\n",
            .more = fmt::format("quarantine: {}\n", quarantine)};
}

class QuarantineEndToEnd : public testing::Test {
protected:
    explicit QuarantineEndToEnd(std::string_view quarantine = "{mode: auto, warmup_cycles: 1}")
        : on(acting(quarantine))
    {
    }

    outcome ask(std::vector<std::string> words) { return run_binary(on.command_line(std::move(words))); }
    json::array actions()
    {
        const auto listed = ask({"quarantine", "list", "--all", "--output=json"});
        json::error_code failed;
        const auto parsed = json::parse(listed.out, failed);
        return failed ? json::array() : parsed.at("actions").as_array();
    }
    // The first action in this state; waits for it.
    json::object action_in(std::string_view state, std::string_view resource)
    {
        for (int i = 0; i < 300; ++i) {
            for (const auto& item : actions())
                if (item.at("state").as_string() == json::string_view(state) &&
                    item.at("resource").as_string() == json::string_view(resource))
                    return item.as_object();
            std::this_thread::sleep_for(50ms);
        }
        throw std::runtime_error(fmt::format("no action on {} became {}: {}", resource, state,
                                             ask({"quarantine", "list", "--all"}).out));
    }
    std::int64_t sweeps()
    {
        json::error_code failed;
        const auto status = json::parse(ask({"status", "--output=json"}).out, failed);
        return failed ? 0 : status.at("accounts").at(0).at("sweeps").to_number<std::int64_t>();
    }
    // Until everything was read so often again.
    void until_swept(std::int64_t times = 1)
    {
        const auto wanted = sweeps() + times;
        for (int i = 0; i < 600 && sweeps() < wanted; ++i)
            std::this_thread::sleep_for(50ms);
        if (sweeps() < wanted)
            throw std::runtime_error("the sweeps do not end");
    }
    static std::string text(const json::value& item) { return json::value_to<std::string>(item); }
    std::string id_of(const json::value& attacked) { return text(attacked.at("id")); }
    bool is_there(std::string_view path, const std::string& id)
    {
        const auto state = on.control("state", fmt::format(R"({{"path": "{}"}})", path));
        return json::serialize(state).find(id) != std::string::npos;
    }

    watched_account on;
};

TEST_F(QuarantineEndToEnd, ContainsAndIsUndoneAlsoAfterARestart)
{
    std::string id;
    std::string removed;
    {
        daemon_process daemon(on.command_line({"run"}));
        ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
        until_swept();
        removed = id_of(on.attack("add_ip"));
        const auto done = action_in("done", "ips");
        id = text(done.at("id"));
        EXPECT_FALSE(is_there("/ips", removed));
        EXPECT_NE(daemon.line_with("finding contained"), "");
        EXPECT_THAT(ask({"findings"}).out, HasSubstr("trunkwarden quarantine undo " + id));
        daemon.signal(SIGKILL);
    }
    daemon_process again(on.command_line({"run"}));
    ASSERT_NE(again.line_with("trunkwarden starts"), "");
    const auto undone = ask({"quarantine", "undo", id.substr(0, 10)});
    EXPECT_EQ(undone.exit_code, 0) << undone.err;
    EXPECT_THAT(undone.out, HasSubstr("its new id is"));
    EXPECT_TRUE(is_there("/ips", "192.0.2.66"));
    until_swept(3);  // it must not be done again
    EXPECT_TRUE(is_there("/ips", "192.0.2.66"));
    EXPECT_EQ(ask({"quarantine", "undo", id}).exit_code, 1);
    EXPECT_THAT(ask({"quarantine", "show", id}).out, HasSubstr("192.0.2.66"));
}

// A stolen password changes nothing in the account. In the mode auto the step waits for a person all the
// same, and an object that it switched off is not put back.
TEST_F(QuarantineEndToEnd, SwitchesOffTheConnectionOfAStolenPasswordOnApprovalAndUndoesIt)
{
    const std::string connection = "1293384261075731499";
    const auto is_on = [this, &connection] {
        const auto state = on.control("state", R"({"path": "/credential_connections"})");
        for (const auto& item : state.at("data").as_array())
            if (text(item.at("id")) == connection)
                return item.at("active").as_bool();
        throw std::runtime_error("the connection is not there");
    };
    on.attack("register_elsewhere");
    daemon_process daemon(on.command_line({"run"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    const auto waiting = action_in("waiting", "credential_connections");
    const auto id = text(waiting.at("id"));
    EXPECT_EQ(text(waiting.at("measure")), "stop");
    EXPECT_EQ(text(waiting.at("resource_id")), connection);
    EXPECT_TRUE(is_on());
    const auto approved = ask({"quarantine", "approve", id});
    EXPECT_EQ(approved.exit_code, 0) << approved.err;
    EXPECT_FALSE(is_on());
    until_swept(2);
    EXPECT_FALSE(is_on()) << "the baseline says that it is on";
    const auto undone = ask({"quarantine", "undo", id});
    EXPECT_EQ(undone.exit_code, 0) << undone.err;
    EXPECT_TRUE(is_on());
}

TEST_F(QuarantineEndToEnd, KeepsSecretsOutOfTheJournal)
{
    daemon_process daemon(on.command_line({"run", "--log.level=debug"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    until_swept();
    on.attack("add_credential_connection");
    on.attack("add_managed_account");
    const auto done = action_in("done", "credential_connections");
    action_in("done", "managed_accounts");
    const auto shown = ask({"quarantine", "show", text(done.at("id")), "--output=json"}).out;
    EXPECT_THAT(shown, HasSubstr("(secret)"));
    EXPECT_THAT(shown, Not(HasSubstr("CANARY")));
    daemon.signal(SIGTERM);
    const auto ended = daemon.wait();
    EXPECT_EQ(ended.exit_code, 0);
    EXPECT_THAT(ended.err, Not(HasSubstr("CANARY")));
    for (const char* file : {"state.db", "state.db-wal"})
        EXPECT_THAT(text_of_file(on.folder.file(file)), Not(HasSubstr("CANARY"))) << file;
}

TEST_F(QuarantineEndToEnd, FreezeHoldsAcrossARestartUntilItIsThawed)
{
    {
        daemon_process daemon(on.command_line({"run"}));
        ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
        EXPECT_EQ(ask({"quarantine", "freeze", "--reason", "carrier migration"}).exit_code, 0);
        daemon.signal(SIGKILL);
    }
    daemon_process again(on.command_line({"run"}));
    ASSERT_NE(again.line_with("trunkwarden starts"), "");
    until_swept();
    const auto added = id_of(on.attack("add_ip"));
    EXPECT_NE(again.line_with("finding opened"), "") << "what is found is still told";
    until_swept(2);
    EXPECT_TRUE(is_there("/ips", added));
    EXPECT_THAT(ask({"quarantine", "list"}).out, HasSubstr("carrier migration"));
    const auto* me = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe)
    ASSERT_NE(me, nullptr);
    EXPECT_THAT(ask({"quarantine", "list", "--output=json"}).out,
                HasSubstr(fmt::format(R"("by":"{})", me->pw_name)));
    EXPECT_THAT(ask({"status"}).out, HasSubstr("frozen"));
    EXPECT_EQ(ask({"quarantine", "thaw"}).exit_code, 0);
    action_in("done", "ips");
    EXPECT_FALSE(is_there("/ips", added));
}

// The request was carried out, its answer did not come, and the daemon was killed meanwhile.
TEST_F(QuarantineEndToEnd, AnUndoRightAfterARestartWaitsUntilItIsKnownWhatWasDone)
{
    std::string id;
    {
        daemon_process daemon(on.command_line({"run"}));
        ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
        until_swept();
        on.fault(R"({"path": "/ips/*", "method": "DELETE", "kind": "delay", "ms": 10000})");
        on.attack("add_ip");
        id = text(action_in("sending", "ips").at("id"));
        daemon.signal(SIGKILL);
    }
    daemon_process again(on.command_line({"run"}));
    ASSERT_NE(again.line_with("trunkwarden starts"), "");
    const auto undone = ask({"quarantine", "undo", id});
    EXPECT_EQ(undone.exit_code, 0) << undone.out << undone.err;
    EXPECT_THAT(undone.out, HasSubstr("its new id is"));
}

// A way to lose the state file while the daemon is down.
struct loss {
    std::string name;
    void (*happens)(const std::string& file);
    std::string is_told;
};

class QuarantineWithoutItsState : public QuarantineEndToEnd, public testing::WithParamInterface<loss> {
protected:
    // The files that SQLite leaves go with it: their rows belong to it.
    void lose() const
    {
        const auto file = on.folder.file("state.db");
        GetParam().happens(file);
        for (const char* rest : {"-wal", "-shm"})
            std::filesystem::remove(file + rest);
    }
};
INSTANTIATE_TEST_SUITE_P(
    Each, QuarantineWithoutItsState,
    testing::Values(loss{"missing", [](const std::string& file) { std::filesystem::remove(file); },
                         "missing or empty, although there was one"},
                    loss{"damaged",
                         [](const std::string& file) {
                             std::ofstream(file, std::ios::binary) << std::string(8192, 'x');
                         },
                         "state.db.damaged-"},
                    loss{"newer",
                         [](const std::string& file) {
                             std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
                             out.seekp(60);  // PRAGMA user_version
                             out.write("\x00\x00\x27\x0f", 4);
                         },
                         "later version"}),
    [](const auto& about) { return about.param.name; });

// The daemon does not know what people forbade, or undid: nothing is written until one of them thaws, also
// after another crash.
TEST_P(QuarantineWithoutItsState, WritesNothingUntilSomebodyThaws)
{
    {
        daemon_process daemon(on.command_line({"run"}));
        ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
        until_swept();
        daemon.signal(SIGTERM);
        ASSERT_EQ(daemon.wait().exit_code, 0);
    }
    lose();
    const auto added = id_of(on.attack("add_ip"));
    {
        daemon_process daemon(on.command_line({"run"}));
        EXPECT_NE(daemon.line_with(GetParam().is_told), "");
        until_swept(2);
        const auto findings = ask({"findings"}).out;
        EXPECT_THAT(findings, HasSubstr(GetParam().is_told));
        EXPECT_THAT(findings, HasSubstr("trunkwarden quarantine thaw"));
        EXPECT_TRUE(is_there("/ips", added));
        daemon.signal(SIGKILL);
    }
    daemon_process again(on.command_line({"run"}));
    EXPECT_NE(again.line_with(GetParam().is_told), "");
    until_swept(3);
    EXPECT_TRUE(is_there("/ips", added));
    EXPECT_THAT(ask({"findings"}).out, HasSubstr(GetParam().is_told)) << "it is told until somebody thaws";
    ASSERT_EQ(ask({"quarantine", "thaw"}).exit_code, 0);
    action_in("done", "ips");
    EXPECT_FALSE(is_there("/ips", added));
    until_swept(1);
    EXPECT_NE(again.line_with("finding resolved"), "");
    EXPECT_THAT(ask({"findings"}).out, Not(HasSubstr(GetParam().is_told)));
}

// The object that was found last stays as it is: no action is begun that would not be seen to its end.
TEST_F(QuarantineEndToEnd, DoesNothingWhileItStops)
{
    daemon_process daemon(on.command_line({"run"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    until_swept();
    const auto added = id_of(on.attack("add_ip"));
    ASSERT_NE(daemon.line_with("finding opened"), "");
    daemon.signal(SIGTERM);
    EXPECT_EQ(daemon.wait().exit_code, 0);
    EXPECT_TRUE(is_there("/ips", added));
    daemon_process again(on.command_line({"run"}));
    ASSERT_NE(again.line_with("trunkwarden starts"), "");
    action_in("done", "ips");
    EXPECT_FALSE(is_there("/ips", added)) << "the next start sees to it";
}

class QuarantineThatAsks : public QuarantineEndToEnd {
protected:
    QuarantineThatAsks() : QuarantineEndToEnd("{mode: approve, warmup_cycles: 1}") {}
};

TEST_F(QuarantineThatAsks, DoesWhatIsApprovedAndNotWhatIsRejected)
{
    daemon_process daemon(on.command_line({"run"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    until_swept();
    const auto ip = id_of(on.attack("add_ip"));
    const auto application = id_of(on.attack("add_texml_application"));
    const auto wanted = text(action_in("waiting", "ips").at("id"));
    const auto unwanted = text(action_in("waiting", "texml_applications").at("id"));
    EXPECT_TRUE(is_there("/ips", ip));
    EXPECT_THAT(ask({"status"}).out, HasSubstr("2 actions wait for approval"));

    const auto approved = ask({"quarantine", "approve", wanted});
    EXPECT_EQ(approved.exit_code, 0) << approved.err;
    EXPECT_FALSE(is_there("/ips", ip));
    EXPECT_EQ(ask({"quarantine", "reject", unwanted, "--reason", "ours"}).exit_code, 0);
    until_swept(2);
    EXPECT_TRUE(is_there("/texml_applications", application));
    EXPECT_EQ(ask({"quarantine", "approve", unwanted}).exit_code, 1);
    EXPECT_EQ(ask({"quarantine", "approve", wanted}).exit_code, 1) << "twice";
}

TEST_F(QuarantineThatAsks, AReloadToAnotherModeSaysHowManyActionsStillWait)
{
    daemon_process daemon(on.command_line({"run"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    until_swept();
    EXPECT_THAT(ask({"reload"}).out, Not(HasSubstr("for approval"))) << "nothing waits";
    on.attack("add_texml_application");
    action_in("waiting", "texml_applications");
    on.edit_settings([](std::string& text) {
        const std::string_view before = "mode: approve";
        text.replace(text.find(before), before.size(), "mode: auto");
    });
    const auto told = ask({"reload"});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_THAT(told.out, HasSubstr("1 action still waits for approval"));
    const auto for_programs = json::parse(ask({"reload", "--output=json"}).out);
    EXPECT_EQ(for_programs.at("actions_waiting"), 1);
    until_swept(2);
    action_in("waiting", "texml_applications");
}

// The object is another by the time somebody approves: the approved change would not be the one that is done.
TEST_F(QuarantineThatAsks, DoesWhatWasApprovedToTheObjectHoweverItChanged)
{
    daemon_process daemon(on.command_line({"run"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    until_swept();
    const auto application = id_of(on.attack("add_texml_application"));
    const auto waiting = text(action_in("waiting", "texml_applications").at("id"));
    on.control("patch", fmt::format(R"({{"path": "/texml_applications", "id": "{}", "changes":
        {{"voice_url": "https://ivr.example.com/changed.xml"}}}})",
                                    application));
    const auto approved = ask({"quarantine", "approve", waiting});
    EXPECT_EQ(approved.exit_code, 0) << approved.out << approved.err;
    EXPECT_THAT(approved.out, HasSubstr("done"));
}

TEST_F(QuarantineThatAsks, UndoesNothingWhileFrozenUnlessThatIsSaid)
{
    daemon_process daemon(on.command_line({"run"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    until_swept();
    on.attack("add_texml_application");
    const auto id = text(action_in("waiting", "texml_applications").at("id"));
    ASSERT_EQ(ask({"quarantine", "approve", id}).exit_code, 0);
    ASSERT_EQ(ask({"quarantine", "freeze", "--reason", "a migration"}).exit_code, 0);
    const auto refused = ask({"quarantine", "undo", id});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.out + refused.err, HasSubstr("--while-frozen"));
    const auto undone = ask({"quarantine", "undo", id, "--while-frozen"});
    EXPECT_EQ(undone.exit_code, 0) << undone.out << undone.err;
}

TEST_F(QuarantineThatAsks, AnswersSensiblyWhateverIsTyped)
{
    daemon_process daemon(on.command_line({"run"}));
    ASSERT_NE(daemon.line_with("trunkwarden starts"), "");
    EXPECT_THAT(ask({"quarantine", "list"}).out, HasSubstr("No actions."));
    for (const auto& words : std::vector<std::vector<std::string>>{{"approve", "a-000000000000"},
                                                                   {"undo", "f-000000000000"},
                                                                   {"reject", "a-"},
                                                                   {"show", "nonsense"}}) {
        auto line = words;
        line.insert(line.begin(), "quarantine");
        const auto answer = ask(line);
        EXPECT_EQ(answer.exit_code, 1) << words[0];
        EXPECT_THAT(answer.err, HasSubstr("quarantine list")) << words[0];
    }
}

}  // namespace
}  // namespace trunkwarden::end_to_end
