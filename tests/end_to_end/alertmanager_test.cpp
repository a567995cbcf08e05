#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fmt/ranges.h>
#include <set>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "alerts/sample_finding.hpp"
#include "alerts/sample_sinks.hpp"
#include "end_to_end/watched_account.hpp"
#include "fakes/receiver.hpp"
#include "fakes/run.hpp"
#include "fetch/https_client.hpp"

// The Alertmanager sink against Debian's Alertmanager, which passes its alerts on to a receiver of ours.

namespace trunkwarden {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto program = "/usr/bin/prometheus-alertmanager";

std::uint16_t free_port()
{
    return receiver().port();
}

class alertmanager_process {
public:
    explicit alertmanager_process(const std::string& told)
        : port_(free_port()),
          arguments_{program,
                     "--config.file=" + folder_.write("am.yml", fmt::format(config, told)),
                     "--storage.path=" + folder_.file("data"),
                     fmt::format("--web.listen-address=127.0.0.1:{}", port_),
                     "--web.route-prefix=/prefix",
                     "--cluster.listen-address=",
                     "--log.level=error"}
    {
        std::vector<char*> pointers;
        for (auto& argument : arguments_)
            pointers.push_back(argument.data());
        pointers.push_back(nullptr);
        posix_spawn_file_actions_t files;  // a reader of our output must not wait for this child
        ::posix_spawn_file_actions_init(&files);
        for (const int output : {STDOUT_FILENO, STDERR_FILENO})
            ::posix_spawn_file_actions_addopen(&files, output, "/dev/null", O_WRONLY, 0);
        const int failed = ::posix_spawn(&pid_, program, &files, nullptr, pointers.data(), ::environ);
        ::posix_spawn_file_actions_destroy(&files);
        if (failed != 0)
            throw std::system_error(failed, std::generic_category(), "cannot start Alertmanager");
    }
    ~alertmanager_process()
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    alertmanager_process(const alertmanager_process&) = delete;
    alertmanager_process& operator=(const alertmanager_process&) = delete;

    std::string url() const { return fmt::format("http://127.0.0.1:{}/prefix", port_); }

private:
    static constexpr auto config = R"(
route: {{receiver: hook, group_wait: 0s, group_interval: 1s, group_by: [account]}}
receivers: [{{name: hook, webhook_configs: [{{url: "{}", send_resolved: true}}]}}]
)";
    end_to_end::scratch_folder folder_;
    std::uint16_t port_;
    std::vector<std::string> arguments_;
    pid_t pid_ = -1;
};

class Alertmanager : public testing::Test {
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(program))
            GTEST_SKIP() << "Alertmanager is not installed (Debian: prometheus-alertmanager)";
        running = std::make_unique<alertmanager_process>(hook.url());
        sink = sink_of(settings_for(sink_type::alertmanager, running->url()));
        https_options options;
        options.base_url = sink->base_url();
        client = create_https_client(options).value();
        const auto patience = clock::now() + 30s;
        while (!is_ready() && clock::now() < patience)
            std::this_thread::sleep_for(50ms);
        ASSERT_TRUE(is_ready());
    }

    bool is_ready()
    {
        http_request request;
        request.target = "/prefix/-/ready";
        const auto answer = run_to_end(io, client->send(request));
        return answer && answer->status == 200;
    }

    void send(const std::vector<http_request>& requests)
    {
        for (const auto& request : requests) {
            const auto answer = run_to_end(io, client->send(request));
            const auto outcome = judge_answer(answer, now());
            ASSERT_EQ(outcome.result, attempt_outcome::verdict::delivered)
                << outcome.why << ' ' << (answer ? answer->body : "");
        }
    }

    void tell(std::string event, const json::object& finding)
    {
        send(sink->requests_for(told(std::move(event), finding), now()));
    }

    // The alerts that fire, as Alertmanager shows them.
    json::array firing()
    {
        http_request request;
        request.target = "/prefix/api/v2/alerts";
        return json::parse(run_to_end(io, client->send(request)).value().body).as_array();
    }

    std::string severities_firing()
    {
        std::string out;
        for (const auto& alert : firing())
            out += std::string(alert.at("labels").at("severity").as_string()) + ' ';
        return out;
    }

    // "firing high, resolved low" of the n-th message that Alertmanager passed on.
    std::string passed_on(std::size_t number)
    {
        if (!hook.wait_for(number))
            return "(nothing)";
        std::set<std::string> told;
        const auto message = json::parse(hook.requests()[number - 1].body);
        for (const auto& alert : message.at("alerts").as_array())
            told.insert(fmt::format("{} {}", std::string_view(alert.at("status").as_string().data()),
                                    std::string_view(alert.at("labels").at("severity").as_string().data())));
        return fmt::format("{}", fmt::join(told, ", "));
    }

    static time_point now() { return std::chrono::system_clock::now(); }

    static json::object finding_of(std::string_view severity)
    {
        return with(with(sample_finding(), "severity", view(severity)), "first_seen",
                    view(rfc3339(now() - 5min)));
    }

    receiver hook;
    std::unique_ptr<alertmanager_process> running;
    std::unique_ptr<alert_sink> sink;
    asio::io_context io{1};
    std::unique_ptr<https_client> client;
};

TEST_F(Alertmanager, ShowsAnOpenFindingUntilItIsResolved)
{
    const auto finding = with(finding_of("critical"), "title", view(hostile_text));
    tell("opened", finding);
    const auto alerts = firing();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_EQ(alerts[0].at("labels").at("finding_id"), "f-3b1c9a70d2e4");
    EXPECT_EQ(alerts[0].at("labels").as_object().size(), 6U);
    EXPECT_EQ(passed_on(1), "firing critical");

    tell("resolved", with(finding, "status", "resolved"));
    EXPECT_TRUE(firing().empty());
    EXPECT_EQ(passed_on(2), "resolved critical");
}

TEST_F(Alertmanager, EndsTheOldAlertWhenTheSeverityChangesAndTellsOfNoOther)
{
    tell("opened", finding_of("high"));
    EXPECT_EQ(passed_on(1), "firing high");
    tell("changed", finding_of("critical"));
    EXPECT_EQ(severities_firing(), "critical ");
    EXPECT_EQ(passed_on(2), "firing critical, resolved high");
}

TEST_F(Alertmanager, TakesAThousandOpenFindingsAgain)
{
    auto many = told_many(1000, 1000);
    send(sink->resend_requests(many.findings, now()));
    EXPECT_EQ(firing().size(), 1000U);
}

TEST_F(Alertmanager, TakesATestThatEndsByItself)
{
    send(sink->requests_for(test_notification("t-1", "am", now()), now()));
    const auto alerts = firing();
    ASSERT_EQ(alerts.size(), 1U);
    const auto ends = parse_time(alerts[0].at("endsAt").as_string().c_str()).value();
    EXPECT_LE(ends, now() + 1min);
    EXPECT_GT(ends, now());
}

}  // namespace
}  // namespace trunkwarden
