#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "end_to_end/accepting_daemon.hpp"
#include "findings/ocsf_schema.hpp"
#include "support/clock.hpp"

// `trunkwarden report` against the real binary: an attack, and the steps of people about it.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ReportCommand : public BaselineAccept {
protected:
    void watch_with_a_quarantine()
    {
        watch_options options;
        options.poll =
            "{requests_per_second: 1000, interval: 300ms, large_interval: 300ms, timeout: 5s, audit_interval: 1s}";
        options.more = "quarantine: {mode: approve, warmup_cycles: 1}\n";
        account = std::make_unique<watched_account>(std::move(options));
        watch_again();
    }
    // The action on this resource that waits for approval; asks until there is one.
    std::string waiting_action(std::string_view resource) const
    {
        for (const auto end = std::chrono::steady_clock::now() + 60s;
             std::chrono::steady_clock::now() < end;) {
            const auto listed = json::parse(run({"quarantine", "list", "--all", "--output=json"}).out);
            for (const auto& item : listed.at("actions").as_array())
                if (text_in(item.as_object(), "state") == "waiting" &&
                    text_in(item.as_object(), "resource") == resource)
                    return text_in(item.as_object(), "id");
        }
        return "(none)";
    }
    void contain_an_address()
    {
        attacked("add_ip", "ips");
        const auto approved = run({"quarantine", "approve", waiting_action("ips")});
        EXPECT_EQ(approved.exit_code, 0) << approved.err;
        EXPECT_NE(daemon->line_with("finding contained"), "");
    }
    void acknowledge_a_forwarding()
    {
        const auto number = attacked("forward_number", "call_forwarding");
        const auto taken = run({"ack", seen_as(number), "--reason", "dana asks the carrier"});
        EXPECT_EQ(taken.exit_code, 0) << taken.err;
    }
    void accept_an_application()
    {
        const auto application = attacked("change_texml_url", "texml_applications");
        const auto accepted = accept({seen_as(application)});
        EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
        EXPECT_NE(daemon->line_with("finding resolved"), "");
    }
    json::object report(std::vector<std::string> options) const
    {
        options.insert(options.begin(), {"report", "--output=json"});
        const auto told = run(std::move(options));
        EXPECT_EQ(told.exit_code, 0) << told.err;
        return json::parse(told.out.empty() ? "{}" : told.out).as_object();
    }
    static json::object about(const json::object& report, std::string_view resource)
    {
        for (const auto& item : report.at("findings").as_array())
            if (item.at("resource") == json::string_view(resource))
                return item.as_object();
        ADD_FAILURE() << "the report has nothing about " << resource << ": " << json::serialize(report);
        return {{"contained", nullptr}, {"acknowledged", nullptr}, {"resolved", nullptr}, {"by", nullptr}};
    }
};

TEST_F(ReportCommand, NamesAnAttackItsAuthorAndTheStepsOfPeopleInEachForm)
{
    watch_with_a_quarantine();
    contain_an_address();
    acknowledge_a_forwarding();
    accept_an_application();
    attacked("change_connection_password", "credential_connections");

    for (const char* form : {"text", "markdown", "html", "json"}) {
        const auto told = run({"report", std::string("--output=") + form});
        EXPECT_EQ(told.exit_code, 0) << told.err;
        EXPECT_THAT(told.out,
                    AllOf(HasSubstr("192.0.2.66"), HasSubstr("done: "), HasSubstr("dana asks the carrier"),
                          HasSubstr("wanted: OPS-1, approved by dana"), HasSubstr("its password was changed"),
                          Not(HasSubstr("CANARY"))))
            << form;
    }
    const auto whole = report({});
    EXPECT_TRUE(about(whole, "ips").at("contained").is_string());
    EXPECT_TRUE(about(whole, "ips").at("by").is_string()) << "the audit log names the author";
    EXPECT_TRUE(about(whole, "call_forwarding").at("acknowledged").is_string());
    EXPECT_TRUE(about(whole, "texml_applications").at("resolved").is_string());
    for (const auto& item : whole.at("trusted").as_array()) {
        const auto kind = text_in(item.as_object(), "kind");
        if (kind == "accepted" || kind == "acknowledged") {
            EXPECT_TRUE(item.at("by").is_string()) << json::serialize(item);
        }
    }
    EXPECT_FALSE(whole.at("coverage").as_array().empty());
    EXPECT_TRUE(whole.at("spending").as_array().empty()) << "the baseline does not ask for it";
    EXPECT_TRUE(whole.at("spending_days_unknown").as_object().contains("production"));

    const auto events = json::parse(run({"findings", "--all", "--output=ocsf"}).out).as_array();
    EXPECT_FALSE(events.empty());
    for (const auto& event : events)
        EXPECT_THAT(ocsf::faults_of_event(event.as_object()), IsEmpty()) << json::serialize(event);
    end();

    const auto later = run({"report"});
    EXPECT_EQ(later.exit_code, 0) << later.err;
    EXPECT_THAT(later.out, AllOf(HasSubstr("192.0.2.66"), HasSubstr("dana asks the carrier"),
                                 HasSubstr("No daemon answered: this is from the state file"),
                                 HasSubstr("watched at this moment is not known"), Not(HasSubstr("CANARY"))));
}

TEST_F(ReportCommand, EndsInThePast)
{
    watch_with_a_quarantine();
    const auto before = rfc3339_milliseconds(std::chrono::system_clock::now());
    attacked("add_ip", "ips");
    const auto quiet = report({"--since", "1h", "--until", before});
    EXPECT_THAT(quiet.at("findings").as_array(), IsEmpty()) << "it came later";
    EXPECT_EQ(report({"--since", "1h"}).at("findings").as_array().size(), 1U);
    EXPECT_THAT(run({"history", "--until", before}).out,
                AllOf(HasSubstr("started"), Not(HasSubstr("192.0.2.66"))));
    end();
}

TEST_F(ReportCommand, RefusesWordsThatAreNoTimesAndFormsThatItDoesNotHave)
{
    watch({});
    const auto refusal = [this](std::vector<std::string> options) {
        options.insert(options.begin(), "report");
        const auto told = run(std::move(options));
        EXPECT_EQ(told.exit_code, 1) << told.out;
        return told.err;
    };
    EXPECT_THAT(refusal({"--since", "yesterday"}), HasSubstr("--since \"yesterday\" is no time"));
    EXPECT_THAT(refusal({"--until", "tomorrow"}), HasSubstr("--until \"tomorrow\" is no time"));
    EXPECT_THAT(refusal({"--since", "2d", "--until", "3d"}), HasSubstr("is not after --since"));
    EXPECT_THAT(refusal({"--account", "producton"}), HasSubstr("did you mean \"production\"?"));
    EXPECT_THAT(refusal({"--output=ocsf"}), HasSubstr("has no --output=ocsf"));
    end();
}

}  // namespace
}  // namespace trunkwarden::end_to_end
