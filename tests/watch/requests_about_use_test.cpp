#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "account/schedule.hpp"
#include "fakes/run.hpp"
#include "use/detail_records.hpp"
#include "use/usage_report.hpp"
#include "watch/sweep.hpp"
#include "watch/traffic_account.hpp"

namespace trunkwarden {
namespace {

using namespace traffic_account;

// Everything about use that is read in the minutes after the first, as the account's watch reads it, while
// each page of records is news and each report has so many pages.
class RequestsAboutUse : public TrafficWatch {
protected:
    void begin(const std::string& sections, int products, int pages)
    {
        products_ = products;
        std::string traffic = "traffic:\n";
        for (int at = 0; at < products; ++at)
            traffic += fmt::format("  - {{product: {}, destinations: [US]}}\n",
                                   name_of(static_cast<traffic_product>(at)));
        build("version: 1\nspending: {max_per_day: \"9.00\"}\n" + traffic + sections);
        watched->io.between_questions = between_questions;
        for (int at = 0; at < products; ++at)
            answer_for(static_cast<traffic_product>(at), pages);
    }
    void answer_for(traffic_product product, int pages)
    {
        const auto name = usage_report_name(product);
        auto offered = std::string(options_of_trunks);
        offered.replace(offered.find("sip-trunking"), 12, name);
        const auto columns = columns_in(offered, product).value();
        api->answer(usage_options_path(product), offered);
        for (int page = 1; page <= pages; ++page)
            api->answer(as_sent(usage_report_path(product, columns, now, static_cast<std::size_t>(page))),
                        fmt::format(R"({{"data":[],"meta":{{"total_pages":{}}}}})", pages));
    }
    void answer_details(int minute)
    {
        for (int product = 0; product < products_; ++product)
            for (int page = 1; page <= 12; ++page) {
                const auto path = detail_records_path(static_cast<traffic_product>(product),
                                                      static_cast<std::size_t>(page));
                api->forget(as_sent(path));
                api->answer(as_sent(path),
                            page_of_calls(100'000 * minute + 100 * product + page, rfc3339(now)));
            }
    }
    // As the fake API writes it down.
    static std::string as_sent(std::string path)
    {
        for (auto at = path.find("%5"); at != std::string::npos; at = path.find("%5", at + 1))
            path.replace(at, 3, path.at(at + 2) == 'B' ? "[" : "]");
        return path;
    }
    // Of traffic in each minute.
    std::vector<std::size_t> in_minutes(int minutes)
    {
        std::vector<std::size_t> out;
        for (int minute = 0; minute < minutes; ++minute) {
            answer_details(minute);
            api->sent.clear();
            run(read_traffic(*watched));
            out.push_back(api->sent.size());
            now += 60s;
        }
        return out;
    }

private:
    int products_ = 0;
};

struct use_sections {
    std::string text;
    std::size_t questions = 0;  // that it takes in a minute, at one for each 6 seconds
};

std::vector<use_sections> all_combinations()
{
    std::vector<use_sections> out{{"", 0}, {"registrations: []\n", 10}};
    for (std::size_t limits : {1U, 3U, 4U, 9U, 30U}) {
        std::string calls = "active_calls:\n";
        for (std::size_t at = 0; at < limits; ++at)
            calls += fmt::format("  - {{connection_id: \"{}\", max_calls: 2}}\n", 100 + at);
        out.push_back({calls, std::min<std::size_t>(limits, 10)});
        out.push_back({"registrations: []\n" + calls, 10});
    }
    return out;
}

TEST_F(RequestsAboutUse, StayWithinFifteenAMinuteInEveryCombination)
{
    static_assert(std::chrono::minutes(1) / between_questions == 10);
    for (const auto& [sections, questions] : all_combinations())
        for (int products = 1; products <= 6; ++products) {
            begin(sections, products, 1);
            const auto traffic = in_minutes(10);
            for (const auto sent : traffic)
                EXPECT_LE(1 + questions + sent, 15U) << products << " products beside\n" << sections;
            EXPECT_GE(*std::ranges::min_element(traffic), 2U) << "some of it is read in each minute";
        }
}

TEST_F(RequestsAboutUse, AreForEachProductWhereItIsReadOnlyOnce)
{
    begin("registrations: []\n", 4, 1);
    answer_details(1);
    run(sweep(*watched));
    for (int product = 0; product < 4; ++product) {
        const auto options_of = usage_options_path(static_cast<traffic_product>(product));
        EXPECT_EQ(count_of(options_of), 1) << options_of;
    }
    EXPECT_EQ(watched->memory.traffic.readings.size(), 4U);
}

TEST_F(RequestsAboutUse, AReportOfManyPagesIsPaidForByTheTurnsAfterIt)
{
    begin("registrations: []\n", 2, 8);
    std::size_t all = 0;
    for (const auto sent : in_minutes(60))
        all += sent;
    EXPECT_LE(all, 4U * 60U + 12U);
    EXPECT_GE(all, 3U * 60U) << "and no longer than that";
}

}  // namespace
}  // namespace trunkwarden
