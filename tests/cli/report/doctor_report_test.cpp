#include "cli/report/doctor_report.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "cli/report/layouts.hpp"

namespace trunkwarden {
namespace {

using state = doctor_check::state;

const std::vector<doctor_check> one_of_each{
    {state::ok, "api production", "answers in 12 ms", ""},
    {state::warn, "alerts", "alerts.sinks is empty", "add a sink"},
    {state::fail, "daemon", "it does not answer \x1b[2J", "systemctl status trunkwarden"}};

TEST(DoctorReport, SaysOfEachCheckHowItWentAndWhatToDo)
{
    EXPECT_EQ(doctor_report_text(one_of_each, examples::wide),
              "ok    api production: answers in 12 ms\n"
              "warn  alerts: alerts.sinks is empty\n"
              "      → add a sink\n"
              "fail  daemon: it does not answer \\u{1b}[2J\n"
              "      → systemctl status trunkwarden\n"
              "\n3 checks: 1 failed, 1 warning.\n");
}

TEST(DoctorReport, IsFineInJsonUntilACheckFails)
{
    const auto failed = boost::json::parse(doctor_report_json(one_of_each)).as_object();
    EXPECT_FALSE(failed.at("fine").as_bool());
    EXPECT_EQ(failed.at("checks").at(2).at("state").as_string(), "fail");
    const std::vector<doctor_check> warned{one_of_each[0], one_of_each[1]};
    const auto fine = boost::json::parse(doctor_report_json(warned)).as_object();
    EXPECT_TRUE(fine.at("fine").as_bool());
    EXPECT_TRUE(fine.at("checks").at(0).at("todo").is_null());
    EXPECT_EQ(fine.at("checks").at(1).at("state").as_string(), "warn");
}

}  // namespace
}  // namespace trunkwarden
