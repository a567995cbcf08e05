#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "account/cross_reference.hpp"
#include "fakes/deviations.hpp"
#include "fakes/quiet_account.hpp"
#include "fakes/run.hpp"
#include "settings/sample_extra_resources.hpp"
#include "watch/sweep.hpp"

// An account that watches lists of the settings beside those of the catalogue.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;
using testing::Contains;

const watched_types buckets(std::vector{examples::storage_buckets()});
const watched_types channels(std::vector{examples::inbound_channels()});
const watched_types both(std::vector{examples::storage_buckets(), examples::inbound_channels()});

class ExtraAccount : public testing::Test, protected fakes::quiet_account {
protected:
    // The fake gives the answer before a new one once more.
    void see(std::string_view path, const std::string& items)
    {
        answer(path, items);
        run(sweep(*watched));
        run(sweep(*watched));
    }
    // As a reload does it; lists that are new are empty.
    std::vector<finding> take(const watched_types& types)
    {
        auto gone = take_types(*watched, types);
        for (const auto* extra : types.extra())
            api->answer(fakes::first_page(list(extra->path)), fakes::nothing_in(list(extra->path)));
        return gone;
    }
    // It is there from the second reading on, a minute later.
    void appear(std::string_view path, const std::string& items)
    {
        answer(path, items);
        run(sweep(*watched));
        now += 1min;
        run(sweep(*watched));
    }
    std::size_t open_about(std::string_view resource) const
    {
        const auto found = watched->memory.findings.open().find(resource);
        return found == watched->memory.findings.open().end() ? 0 : found->second.size();
    }
    const finding& found_about(std::string_view resource) const
    {
        return watched->memory.findings.open().find(resource)->second.begin()->second;
    }
    bool is_watched(std::string_view resource) const
    {
        return place_of_resource(watched->config, resource).has_value();
    }
};

constexpr const char* one_bucket =
    R"([{"id":"b1","name":"photos","region":"us-east-1","settings":{"public":false},"access_key":"s3cr3t"}])";

TEST_F(ExtraAccount, ReportsAnObjectThatNoEntryCovers)
{
    build("version: 1\n", buckets);
    see("/storage/buckets", one_bucket);
    EXPECT_TRUE(told("opened unknown storage_buckets b1"));
    const auto& found = found_about("storage_buckets");
    EXPECT_EQ(found.title, "Unknown object of storage_buckets photos");
    EXPECT_EQ(found.deviation.level, severity::high);
}

TEST_F(ExtraAccount, ComparesFieldsWithTheBaselineByTheirSeverity)
{
    build("version: 1\nstorage_buckets:\n  - {id: b1, region: us-east-1, settings.public: false}\n", buckets);
    see("/storage/buckets", one_bucket);
    EXPECT_EQ(open_about("storage_buckets"), 0U);
    see("/storage/buckets", R"([{"id":"b1","name":"photos","region":"eu-1","settings":{"public":true}}])");
    EXPECT_TRUE(told("opened changed storage_buckets b1"));
    EXPECT_EQ(found_about("storage_buckets").deviation.level, severity::high);
    see("/storage/buckets", "[]");
    EXPECT_TRUE(told("opened missing storage_buckets b1"));
}

TEST_F(ExtraAccount, RemembersASecretByItsHashOnly)
{
    build("version: 1\nstorage_buckets:\n  - {id: b1}\n", buckets);
    see("/storage/buckets", one_bucket);
    see("/storage/buckets", R"([{"id":"b1","name":"photos","access_key":"another"}])");
    ASSERT_TRUE(told("opened changed storage_buckets b1"));
    const auto& found = found_about("storage_buckets");
    ASSERT_EQ(found.deviation.fields.size(), 1U);
    EXPECT_EQ(found.deviation.fields[0].field, "access_key");
    EXPECT_EQ(found.deviation.fields[0].actual, secret_kept_back);
    EXPECT_EQ(found.title.find("another"), std::string::npos) << found.title;
}

TEST_F(ExtraAccount, ComparesAnObjectThatIsThereOnce)
{
    build("version: 1\ninbound_channels:\n  - {channels: 7}\n", channels);
    see("/inbound_channels", R"({"channels":7})");
    EXPECT_EQ(open_about("inbound_channels"), 0U);
    see("/inbound_channels", R"({"channels":90})");
    EXPECT_EQ(open_about("inbound_channels"), 1U);
}

// A mistyped path must not count as a list with nothing in it.
TEST_F(ExtraAccount, DoesNotKnowAListThatTheApiDoesNotHave)
{
    build("version: 1\n", buckets);
    api->forget(fakes::first_page(list("/storage/buckets")));
    fail("/storage/buckets", errc::not_found);
    run(sweep(*watched));
    EXPECT_FALSE(seen("storage_buckets").satisfied());
    EXPECT_EQ(seen("storage_buckets").failed_with, errc::not_found);
    EXPECT_FALSE(watched->complete());
}

TEST_F(ExtraAccount, WatchesOneThatAReloadAdds)
{
    EXPECT_TRUE(take(buckets).empty());
    EXPECT_EQ(seen("storage_buckets").state, reading_state::never);
    see("/storage/buckets", one_bucket);
    EXPECT_TRUE(told("opened unknown storage_buckets b1"));
    EXPECT_TRUE(watched->config.settings.types == buckets);
}

TEST_F(ExtraAccount, EndsTheFindingsOfOneThatAReloadRemovesAndKeepsTheOther)
{
    build("version: 1\n", both);
    see("/inbound_channels", R"({"channels":7})");
    see("/storage/buckets", one_bucket);
    ASSERT_EQ(open_about("storage_buckets"), 1U);
    ASSERT_EQ(open_about("inbound_channels"), 1U);
    const auto read_before = list("/inbound_channels").last;
    const auto lists = watched->view.lists.size();

    const auto gone = take_types(*watched, channels);

    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].deviation.id, "b1");
    EXPECT_EQ(open_about("storage_buckets"), 0U);
    EXPECT_EQ(open_about("inbound_channels"), 1U);
    EXPECT_FALSE(is_watched("storage_buckets"));
    EXPECT_EQ(watched->view.lists.size(), lists - 1);
    EXPECT_EQ(watched->view.coverage.size(), watched->config.types.size());
    EXPECT_EQ(watched->view.objects.size(), watched->config.types.size());
    EXPECT_EQ(list("/inbound_channels").last, read_before) << "nothing else is forgotten";
    EXPECT_EQ(list("/inbound_channels").resources.front(), watched->config.types.size() - 1);
    listener.told.clear();
    run(sweep(*watched));
    EXPECT_EQ(listener.told, std::vector<std::string>{});
}

TEST_F(ExtraAccount, ReadsOneAnewWhoseFieldsAreOthers)
{
    build("version: 1\nstorage_buckets:\n  - {id: b1, region: us-east-1}\n", buckets);
    see("/storage/buckets", one_bucket);
    auto wider = examples::storage_buckets();
    wider.fields.push_back({.name = "owner"});
    EXPECT_TRUE(take(watched_types(std::vector{wider})).empty());
    EXPECT_EQ(seen("storage_buckets").state, reading_state::never);
    EXPECT_EQ(list("/storage/buckets").last, nullptr);
}

// Another list does not show the objects of the one before: that they are not in it does not resolve a
// finding.
TEST_F(ExtraAccount, EndsTheFindingsOfOneThatListsOtherObjectsUnderTheSameName)
{
    auto elsewhere = examples::storage_buckets();
    elsewhere.path = "/storage/vaults";
    auto with_another_id = examples::storage_buckets();
    with_another_id.id = "name";
    auto all_at_once = examples::storage_buckets();
    all_at_once.pages = extra_paging::unpaginated;
    for (const auto& edited : {elsewhere, with_another_id, all_at_once}) {
        SCOPED_TRACE(edited.path + ' ' + edited.id);
        build("version: 1\n", buckets);
        see("/storage/buckets", one_bucket);
        ASSERT_EQ(open_about("storage_buckets"), 1U);
        const auto gone = take(watched_types(std::vector{edited}));
        ASSERT_EQ(gone.size(), 1U);
        EXPECT_EQ(gone[0].deviation.id, "b1");
        EXPECT_EQ(open_about("storage_buckets"), 0U);
        listener.told.clear();
        run(sweep(*watched));
        EXPECT_FALSE(told("resolved unknown storage_buckets b1"));
    }
}

TEST_F(ExtraAccount, KeepsTheFindingsOfOneWhoseSeverityIsAnother)
{
    build("version: 1\n", buckets);
    see("/storage/buckets", one_bucket);
    auto edited = examples::storage_buckets();
    edited.when_unknown = severity::critical;
    EXPECT_TRUE(take(watched_types(std::vector{edited})).empty());
    EXPECT_EQ(open_about("storage_buckets"), 1U);
}

TEST_F(ExtraAccount, CostsOneListInASweep)
{
    run(sweep(*watched));
    const auto before = api->sent.size();
    run(sweep(*watched));
    const auto without = api->sent.size() - before;
    take(buckets);
    run(sweep(*watched));
    const auto between = api->sent.size();
    run(sweep(*watched));
    EXPECT_EQ(api->sent.size() - between, without + 1);
    EXPECT_THAT(api->sent, Contains(fakes::first_page(list("/storage/buckets"))));
}

// The maker of an object of such a list chooses its name: it may be the id of a connection.
TEST_F(ExtraAccount, TakesNoNameOrAuthorFromAnIdThatSomebodyChose)
{
    auto named = examples::storage_buckets();
    named.id = "name";
    named.label = "region";
    build("version: 1\n", watched_types(std::vector{named}));
    appear("/storage/buckets", R"([{"name":"u-77","region":"a trusted trunk"}])");
    ASSERT_TRUE(told("opened unknown storage_buckets u-77"));
    EXPECT_EQ(object_named(watched->view, "u-77").type, nullptr);
    EXPECT_FALSE(every_name_in(watched->view).contains("u-77"));
    watched->memory.audit.take({fakes::audited("e1", "u-77", "dana", now)}, now,
                               audit_memory::reach::all_of_it);
    watched->memory.findings.attribute_open(watched->memory.audit, now);
    EXPECT_FALSE(found_about("storage_buckets").by.has_value());
}

// The second would hide behind the first, which an entry trusts.
TEST_F(ExtraAccount, TellsASecondObjectWithAnIdThatSomebodyChose)
{
    auto named = examples::storage_buckets();
    named.id = "name";
    named.when_unknown = severity::critical;
    build("version: 1\nstorage_buckets:\n  - {id: photos, region: us-east-1}\n",
          watched_types(std::vector{named}));
    see("/storage/buckets", R"([{"name":"photos","region":"us-east-1"}])");
    EXPECT_TRUE(seen("storage_buckets").unreadable.empty());
    see("/storage/buckets",
        R"([{"name":"photos","region":"us-east-1"},{"name":"photos","region":"elsewhere"}])");
    const auto found = unreadable_objects(seen("storage_buckets"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "page 1, item 2");
    EXPECT_EQ(found[0].level, severity::critical);
    EXPECT_EQ(seen("storage_buckets").unreadable[0].reason,
              "its \"name\" is \"photos\", and so is that of an item before it");
}

TEST_F(ExtraAccount, KnowsTheAuthorWhereTheApiGivesTheIds)
{
    build("version: 1\n", buckets);
    appear("/storage/buckets", one_bucket);
    ASSERT_TRUE(told("opened unknown storage_buckets b1"));
    watched->memory.audit.take({fakes::audited("e1", "b1", "dana", now)}, now,
                               audit_memory::reach::all_of_it);
    watched->memory.findings.attribute_open(watched->memory.audit, now);
    EXPECT_TRUE(found_about("storage_buckets").by.has_value());
}

TEST_F(ExtraAccount, IsReadWhereTheSettingsSayAndNowhereElse)
{
    auto below = examples::storage_buckets();
    below.path = "/v2/storage/buckets";
    build("version: 1\n", watched_types(std::vector{below}));
    api->forget(fakes::first_page(list("/v2/storage/buckets")));
    fail("/v2/storage/buckets", errc::not_found);
    run(sweep(*watched));
    EXPECT_EQ(seen("storage_buckets").failed_with, errc::not_found);
    EXPECT_EQ(watched->config.types[*place_of_resource(watched->config, "storage_buckets")].path,
              "/v2/storage/buckets");
}

}  // namespace
}  // namespace trunkwarden
