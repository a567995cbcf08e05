#include "watch/observe_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "watch/coverage_check.hpp"
#include "watch/state_restore.hpp"
#include "watch/sweep.hpp"

// Where API keys are read, and what "not found" says about a product.

namespace trunkwarden {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr auto iam = "/iam/api_keys?page[number]=1&page[size]=250";
constexpr auto undocumented = "/api_keys?page[number]=1&page[size]=250";
constexpr auto one_key = R"({"data":[{"id":"k-1","name":"ci","status":"active"}]})";

class ObserveList : public testing::Test, protected fakes::quiet_account {
protected:
    // Of the first answer there is nothing yet.
    void build_without_answer(const std::string& baseline = "version: 1\n")
    {
        build(baseline);
        api->forget(iam);
    }
    // The next run of the daemon, with what this one kept.
    void restart()
    {
        kept_state kept;
        kept.secrets =
            take_unsaved(watched->config, watched->memory, [](const std::string&) { return false; }).secrets;
        build_without_answer();
        restore_secrets(*watched, kept);
    }
    severity level_of_unknown_key() const
    {
        for (const auto& finding : watched->memory.findings.all_open())
            if (finding.deviation.type->name == "api_keys" &&
                finding.deviation.kind == deviation_kind::unknown)
                return finding.deviation.level;
        return severity::info;
    }
    const resource_type& keys() const
    {
        return *std::ranges::find(watched->config.types, "api_keys", &resource_type::name);
    }
};

TEST_F(ObserveList, OfApiKeysIsIamWhereItCanBeRead)
{
    build_without_answer();
    api->answer(iam, one_key);
    run(sweep(*watched));
    EXPECT_EQ(seen("api_keys").state, reading_state::complete) << seen("api_keys").reason;
    EXPECT_EQ(keys().contain.method, "POST");
    EXPECT_EQ(level_of_unknown_key(), severity::critical);
}

TEST_F(ObserveList, OfApiKeysIsTheUndocumentedOneWhereIamIsForbiddenOrNotThere)
{
    for (const auto no : {errc::forbidden, errc::not_found}) {
        build_without_answer();
        api->fail(iam, no);
        api->answer(undocumented, one_key);
        run(sweep(*watched));
        EXPECT_EQ(seen("api_keys").state, reading_state::complete) << seen("api_keys").reason;
        EXPECT_EQ(keys().path, "/api_keys");
        EXPECT_EQ(keys().contain.method, "DELETE");
        EXPECT_EQ(keys().contain.undo, undoing::impossible);
        EXPECT_EQ(level_of_unknown_key(), severity::high);
        run(sweep(*watched));
        EXPECT_EQ(std::ranges::count(api->sent, iam), 1) << "it stays with that";
    }
}

TEST_F(ObserveList, OfApiKeysIsLookedForElsewhereOnlyWhenTheAnswerIsNo)
{
    for (const auto trouble : {errc::unauthorised, errc::rate_limited, errc::server_error, errc::timed_out,
                               errc::not_understood}) {
        build_without_answer();
        api->fail(iam, trouble);
        api->answer(undocumented, one_key);
        run(sweep(*watched));
        EXPECT_FALSE(seen("api_keys").was_read());
        EXPECT_EQ(std::ranges::count(api->sent, undocumented), 0);
    }
}

TEST_F(ObserveList, OfApiKeysIsNeverAnotherOnceIamWasRead)
{
    build_without_answer();
    api->answer(iam, one_key);
    run(sweep(*watched));
    api->forget(iam);
    api->fail(iam, errc::forbidden);  // the thief took the right away
    api->answer(undocumented, R"({"data":[]})");
    run(sweep(*watched));
    EXPECT_EQ(seen("api_keys").state, reading_state::unavailable);
    EXPECT_EQ(std::ranges::count(api->sent, undocumented), 0);
    EXPECT_FALSE(told("resolved unknown api_keys k-1"));

    restart();
    api->fail(iam, errc::forbidden);
    api->answer(undocumented, R"({"data":[]})");
    run(sweep(*watched));
    EXPECT_EQ(seen("api_keys").state, reading_state::unavailable) << "after a restart, too";
    EXPECT_EQ(std::ranges::count(api->sent, undocumented), 0);
}

TEST_F(ObserveList, OfApiKeysThatCanBeReadNowhereSaysBothReasonsAndBeginsWithIamAgain)
{
    build_without_answer();
    api->fail(iam, errc::forbidden);
    api->fail(undocumented, errc::not_found);
    run(sweep(*watched));
    EXPECT_EQ(seen("api_keys").state, reading_state::unavailable);
    EXPECT_THAT(seen("api_keys").reason, AllOf(HasSubstr("GET /iam/api_keys"), HasSubstr("GET /api_keys")));
    EXPECT_EQ(keys().path, "/iam/api_keys");
    api->forget(iam);
    api->answer(iam, one_key);
    run(sweep(*watched));
    EXPECT_EQ(seen("api_keys").state, reading_state::complete);
    EXPECT_EQ(level_of_unknown_key(), severity::critical);
}

TEST_F(ObserveList, OfApiKeysIsWhatTheSettingsSay)
{
    build_without_answer();
    auto settings = watched->config.settings;
    settings.api_keys.path = "/keys";
    take_settings(*watched, settings, watched->config.poll);
    api->fail("/keys?page[number]=1&page[size]=250", errc::forbidden);
    api->answer(undocumented, one_key);
    run(sweep(*watched));
    EXPECT_EQ(seen("api_keys").state, reading_state::unavailable);
    EXPECT_EQ(std::ranges::count(api->sent, undocumented), 0);
    EXPECT_EQ(std::ranges::count(api->sent, iam), 0);
}

TEST_F(ObserveList, OfApiKeysSurvivesAReloadOfOtherSettings)
{
    build_without_answer();
    api->fail(iam, errc::forbidden);
    api->answer(undocumented, one_key);
    run(sweep(*watched));
    auto settings = watched->config.settings;
    settings.api_keys.own_key_id = "k-9";
    take_settings(*watched, settings, watched->config.poll);
    EXPECT_EQ(keys().path, "/api_keys");
    EXPECT_EQ(list("/api_keys").from.path, "/api_keys") << "type and list are of the same endpoint";
    run(sweep(*watched));
    EXPECT_EQ(seen("api_keys").state, reading_state::complete);
    EXPECT_EQ(keys().contain.method, "DELETE");
}

TEST_F(ObserveList, OfAProductThatTheAccountDoesNotHaveIsCompleteAndEmpty)
{
    fail("/short_codes", errc::not_found);
    fail("/iam/service_accounts", errc::not_found);
    fail("/portouts", errc::not_found);
    run(sweep(*watched));  // the answers before these: the lists are empty
    build("version: 1\n");
    for (const auto* path : {"/short_codes", "/iam/service_accounts", "/portouts"}) {
        api->forget(fakes::first_page(list(path)));
        fail(path, errc::not_found);
    }
    run(sweep(*watched));
    EXPECT_EQ(seen("short_codes").state, reading_state::complete);
    EXPECT_EQ(seen("short_codes").items, 0U);
    EXPECT_EQ(seen("service_accounts").state, reading_state::unavailable)
        << "who is not the owner sees nothing";
    EXPECT_EQ(seen("portouts").state, reading_state::unavailable) << "every account has this list";
}

// Lists that may be below /v2 once more, or not.
class ObserveMobileNumbers : public ObserveList {
protected:
    static constexpr auto documented = "/v2/mobile_phone_numbers?page[number]=1&page[size]=250";
    static constexpr auto plain = "/mobile_phone_numbers?page[number]=1&page[size]=250";
    static constexpr auto a_number = R"({"data":[{"id":"m-1","phone_number":"+14155550170"}]})";

    ObserveMobileNumbers()
    {
        api->forget(documented);
        api->fail(documented, errc::not_found);
    }
    const resource_type& numbers() const
    {
        return *std::ranges::find(watched->config.types, "mobile_phone_numbers", &resource_type::name);
    }
};

TEST_F(ObserveMobileNumbers, TakesThePlainPathWhereTheDocumentedOneIsNotFound)
{
    api->answer(plain, a_number);
    run(sweep(*watched));
    EXPECT_EQ(seen("mobile_phone_numbers").state, reading_state::complete);
    EXPECT_TRUE(told("opened unknown mobile_phone_numbers +14155550170"));
    EXPECT_EQ(numbers().path, "/mobile_phone_numbers");
    EXPECT_EQ(numbers().contain.path, "/mobile_phone_numbers/{id}");
    EXPECT_EQ(numbers().contain.undo_path, "/mobile_phone_numbers/{id}");
    EXPECT_EQ(numbers().restore.path, "/mobile_phone_numbers/{id}");
    run(sweep(*watched));
    EXPECT_EQ(std::ranges::count(api->sent, documented), 1) << "it stays with that";
}

TEST_F(ObserveMobileNumbers, IsNoProductOnlyWhereNeitherPathIsFound)
{
    api->fail(plain, errc::not_found);
    run(sweep(*watched));
    EXPECT_EQ(seen("mobile_phone_numbers").state, reading_state::complete);
    EXPECT_EQ(seen("mobile_phone_numbers").items, 0U);
    EXPECT_EQ(numbers().path, "/v2/mobile_phone_numbers");
}

TEST_F(ObserveMobileNumbers, IsUnavailableWhereThePlainPathIsRefused)
{
    api->fail(plain, errc::forbidden);
    run(sweep(*watched));
    EXPECT_EQ(seen("mobile_phone_numbers").state, reading_state::unavailable);
    EXPECT_THAT(seen("mobile_phone_numbers").reason,
                AllOf(HasSubstr("GET /v2/mobile_phone_numbers"), HasSubstr("GET /mobile_phone_numbers")));
    EXPECT_EQ(numbers().path, "/v2/mobile_phone_numbers") << "the next reading begins there";
}

TEST_F(ObserveMobileNumbers, IsUnavailableWhereItWasReadOnceAndIsNotFound)
{
    api->answer(plain, a_number);
    run(sweep(*watched));
    api->forget(plain);
    api->fail(plain, errc::not_found);
    run(sweep(*watched));
    EXPECT_EQ(seen("mobile_phone_numbers").state, reading_state::unavailable);
    restart();
    api->forget(documented);
    api->fail(documented, errc::not_found);
    api->fail(plain, errc::not_found);
    run(sweep(*watched));
    EXPECT_EQ(seen("mobile_phone_numbers").state, reading_state::unavailable) << "after a restart, too";
}

TEST_F(ObserveMobileNumbers, AsksNowhereElseWhereTheDocumentedPathAnswers)
{
    api->forget(documented);
    api->answer(documented, a_number);
    run(sweep(*watched));
    EXPECT_EQ(seen("mobile_phone_numbers").items, 1U);
    EXPECT_EQ(std::ranges::count(api->sent, plain), 0);
}

TEST_F(ObserveList, OfAProductThatIsForbiddenIsNotEmpty)
{
    api->forget(fakes::first_page(list("/short_codes")));
    fail("/short_codes", errc::forbidden);
    run(sweep(*watched));
    EXPECT_EQ(seen("short_codes").state, reading_state::unavailable);
}

TEST_F(ObserveList, OfAProductThatWasThereAndIsNotFoundIsUnavailable)
{
    build("version: 1\nshort_codes:\n  - {id: s-1}\n");
    const auto target = fakes::first_page(list("/short_codes"));
    api->forget(target);
    answer("/short_codes", R"([{"id":"s-1","short_code":"55501"}])");
    run(sweep(*watched));
    api->forget(target);
    fail("/short_codes", errc::not_found);
    run(sweep(*watched));
    EXPECT_EQ(seen("short_codes").state, reading_state::unavailable);
    EXPECT_FALSE(told("opened missing short_codes s-1")) << "it is not known to be gone";

    restart();
    api->forget(target);
    fail("/short_codes", errc::not_found);
    run(sweep(*watched));
    EXPECT_EQ(seen("short_codes").state, reading_state::unavailable) << "after a restart, too";
}

}  // namespace
}  // namespace trunkwarden
