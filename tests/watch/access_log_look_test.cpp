#include "watch/access_log_look.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>

#include "audit/access_log.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

class AccessLogLook : public testing::Test, protected fakes::quiet_account {
protected:
    // An address that nobody knows, found now.
    void find_an_address()
    {
        first_sweep_ = now;  // it shows what an empty baseline does not trust
        answer("/ips", R"([{"id":"79","ip_address":"192.0.2.66"}])");
        run(sweep(*watched));  // the list is empty
        now += 30s;
        run(sweep(*watched));
        ASSERT_TRUE(told("opened unknown ips 79"));
    }
    std::string target(const std::string& after = {}) const
    {
        auto out = access_log_target(first_sweep_ - 5min, after);
        for (const auto& [encoded, plain] : {std::pair{"%5B", "["}, {"%5D", "]"}})
            for (auto at = out.find(encoded); at != std::string::npos; at = out.find(encoded))
                out.replace(at, 3, plain);
        return out;
    }
    std::string entry(std::string_view who) const
    {
        return fmt::format(
            R"({{"timestamp":"{}","method":"PATCH","path":"/v2/ips/79","decision":"allow",{}}})",
            rfc3339(now - 1s), who);
    }
    void log_says(const std::string& entries, const std::string& after = {}, const std::string& next = {})
    {
        api->answer(target(after), fmt::format(R"({{"data":[{}],"metadata":{{"cursors":{{"after":"{}"}}}}}})",
                                               entries, next));
    }
    void look() { run(look_at_the_access_log(*watched)); }
    std::ptrdiff_t asked() const
    {
        return std::ranges::count_if(api->sent,
                                     [](const auto& path) { return path.starts_with("/iam/access_logs"); });
    }
    std::optional<actor> named() const
    {
        for (const auto& finding : watched->memory.findings.all_open())
            if (finding.deviation.type->name == "ips")
                return finding.by;
        return std::nullopt;
    }

    time_point first_sweep_;
};

TEST_F(AccessLogLook, NamesWhoChangedAnObject)
{
    find_an_address();
    log_says(entry(R"("user_id":"u-1")"));
    look();
    ASSERT_TRUE(named());
    EXPECT_EQ(named()->user_id, "u-1");
    EXPECT_TRUE(told("changed unknown ips 79"));
    now += 5min;
    look();
    EXPECT_EQ(named()->user_id, "u-1");
}

TEST_F(AccessLogLook, NamesAServiceAccountByItsName)
{
    answer("/iam/service_accounts", R"([{"id":"s-1","name":"billing-export"}])");
    find_an_address();
    log_says("", {}, "more");
    log_says(entry(R"("service_account_id":"s-1")"), "more");
    look();
    ASSERT_TRUE(named());
    EXPECT_EQ(named()->made_by, "service account billing-export");
}

TEST_F(AccessLogLook, IsMadeOnlyForChangesOfTheLastQuarterOfAnHour)
{
    look();
    EXPECT_EQ(asked(), 0);
    find_an_address();
    now += 16min;
    look();
    EXPECT_EQ(asked(), 0) << "that is too long ago";
}

TEST_F(AccessLogLook, IsNotRepeatedWithinAMinuteNorWithinAnHourOfARefusal)
{
    find_an_address();
    log_says("");
    look();
    now += 30s;
    look();
    EXPECT_EQ(asked(), 1);
    now -= 30s;  // the same window
    watched->memory.access.next = now;
    api->forget(target());
    api->fail(target(), errc::forbidden);
    look();
    EXPECT_EQ(asked(), 2);
    now += 10min;
    look();
    EXPECT_EQ(asked(), 2) << "not within an hour";
    EXPECT_FALSE(named());
}

TEST_F(AccessLogLook, EndsAfterFourPages)
{
    find_an_address();
    log_says("", {}, "more");
    log_says("", "more", "more");
    look();
    EXPECT_EQ(asked(), 4);
    EXPECT_THAT(watched->memory.access.trouble.value_or(""), testing::HasSubstr("is read up to"));
}

TEST_F(AccessLogLook, GoesOnWhereItEndedSoThatManyRequestsHideNobody)
{
    find_an_address();
    const auto request =
        fmt::format(R"({{"timestamp":"{}","method":"GET","path":"/v2/ips","decision":"allow",)"
                    R"("user_id":"u-1"}})",
                    rfc3339(now - 2s));
    log_says(request, {}, "p2");
    for (const auto& [page, next] : {std::pair{"p2", "p3"}, {"p3", "p4"}, {"p4", "p5"}, {"p5", "p6"}})
        log_says(request, page, next);
    log_says(entry(R"("user_id":"u-1")"), "p6");
    look();
    EXPECT_FALSE(named());
    now += 10s;
    look();
    ASSERT_TRUE(named());
    EXPECT_EQ(named()->user_id, "u-1");
    EXPECT_EQ(asked(), 6) << "no page is read twice";
    EXPECT_EQ(watched->memory.access.trouble, std::nullopt);
}

TEST_F(AccessLogLook, BeginsAnewAfterACursorIsRefused)
{
    find_an_address();
    log_says("", {}, "old");
    api->fail(target("old"), errc::bad_usage);
    look();
    EXPECT_EQ(asked(), 2);
    EXPECT_NE(watched->memory.access.trouble, std::nullopt);
    api->forget(target());
    log_says(entry(R"("user_id":"u-1")"));
    now += 1min;
    look();
    ASSERT_TRUE(named());
    EXPECT_EQ(asked(), 3) << "the cursor is not asked for again";
}

}  // namespace
}  // namespace trunkwarden
