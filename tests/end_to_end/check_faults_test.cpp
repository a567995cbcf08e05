#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>

#include "catalogue/catalogue.hpp"
#include "end_to_end/watched_account.hpp"

// `trunkwarden check` while the API misbehaves. A list that could not be read is unknown, not empty: it is
// reported apart from the lists that were read, with a reason, and nothing on it counts as missing.

namespace trunkwarden::end_to_end {
namespace {

using namespace std::chrono_literals;

// One list of each style of paging. No resource of the catalogue is a bare array today.
struct watched_place {
    std::string_view path;
    std::string_view resource;
    std::string_view page;  // the page that goes wrong; "" for all
};

constexpr watched_place small_list{"/ips", "ips", ""};
constexpr watched_place second_page{"/phone_numbers", "phone_numbers", "2"};
constexpr watched_place unpaginated_list{"/ai/assistants", "ai_assistants", ""};
constexpr watched_place single_object{"/payment/auto_recharge_prefs", "auto_recharge", ""};
constexpr watched_place every_style[] = {small_list, second_page, unpaginated_list, single_object};
constexpr watched_place every_list[] = {small_list, second_page, unpaginated_list};

constexpr std::size_t more_numbers = 300;  // so that there is a second page

std::string number(std::size_t at)
{
    return fmt::format("+1415556{:04}", at);
}

// Every number is pinned, so that one that is not seen would be missing.
std::string baseline_with_more_numbers()
{
    auto text = text_of_file(demo_baseline);
    std::string entry = "  - connection_id: \"1293384261075731499\"\n    phone_number:\n";
    for (std::size_t at = 0; at < more_numbers; ++at)
        entry += fmt::format("      - \"{}\"\n", number(at));
    const std::string_view section = "\nphone_numbers:\n";
    return text.insert(text.find(section) + section.size(), entry);
}

class CheckUnderFaults : public testing::Test {
protected:
    explicit CheckUnderFaults(std::string_view timeout = "5s")
        : account({.poll = fmt::format("{{requests_per_second: 1000, timeout: {}}}", timeout),
                   .baseline = baseline_with_more_numbers()})
    {
        for (std::size_t at = 0; at < more_numbers; ++at)
            account.control("create",
                            fmt::format(R"({{"path": "/phone_numbers", "object": {{"phone_number": "{}",
                                                       "connection_id": "1293384261075731499"}}}})",
                                        number(at)));
    }

    // `what` are members of a fault, as R"("kind": "status", "status": 500)".
    void spoil(const watched_place& where, std::string_view fault, long times = -1)
    {
        const auto page = where.page.empty() ? "" : fmt::format(R"(, "page": "{}")", where.page);
        account.fault(fmt::format(R"({{"path": "{}", "times": {}{}, {}}})", where.path, times, page, fault));
        spoilt.push_back(where);
    }

    void expect_unseen(const check_report& report, const watched_place& where, std::string_view state,
                       std::string_view reason)
    {
        EXPECT_EQ(report.state(where.resource), state)
            << where.resource << ": " << report.reason(where.resource);
        EXPECT_NE(report.reason(where.resource).find(fmt::format("GET {}", where.path)), std::string::npos)
            << where.resource << ": " << report.reason(where.resource);
        EXPECT_NE(report.reason(where.resource).find(reason), std::string::npos)
            << where.resource << ": " << report.reason(where.resource);
        EXPECT_TRUE(report.seen(where.resource).at("items").is_null()) << where.resource;
    }

    // Incomplete, but no finding comes from not seeing; and lists without a fault were read.
    void expect_only_those_unseen(const check_report& report)
    {
        EXPECT_EQ(report.ended.exit_code, 4) << report.ended.err;
        EXPECT_FALSE(report.whole.at("complete").as_bool());
        EXPECT_TRUE(report.findings().empty()) << report.findings();
        EXPECT_LT(report.ended.took, 30s);
        for (const auto& type : catalogue)
            if (!was_spoilt(type.name) && !asks_about_what_was_spoilt(type))
                expect_read(report, type.name);
    }

    bool was_spoilt(std::string_view resource) const
    {
        return std::ranges::find(spoilt, resource, &watched_place::resource) != spoilt.end();
    }
    bool asks_about_what_was_spoilt(const resource_type& type) const
    {
        return std::any_of(type.asks_about.begin(), type.asks_about.end(),
                           [this](const asked_about& about) { return was_spoilt(about.resource); });
    }

    // The demo's baseline leaves spending and traffic out.
    static void expect_read(const check_report& report, std::string_view resource)
    {
        EXPECT_EQ(report.state(resource),
                  resource == "spending" || resource == "traffic" || resource == "active_calls" ? "accepted"
                                                                                                : "complete")
            << resource << ": " << report.reason(resource);
    }

    void expect_all_read(const check_report& report)
    {
        EXPECT_EQ(report.ended.exit_code, 0) << report.ended.err;
        EXPECT_TRUE(report.findings().empty()) << report.findings();
        for (const auto& type : catalogue)
            expect_read(report, type.name);
        EXPECT_EQ(report.seen("phone_numbers").at("items"), 12 + more_numbers);
    }

    watched_account account;
    std::vector<watched_place> spoilt;
};

// A failure that trying again does not correct is not tried again.

struct lasting_fault {
    std::string_view name;
    std::string_view spoiled;
    std::string_view state;
    std::string_view reason;
};

std::ostream& operator<<(std::ostream& to, const lasting_fault& fault)
{
    return to << fault.name;
}

constexpr lasting_fault on_every_style[] = {
    {"BadRequest", R"("kind": "status", "status": 400)", "failed", "400 Bad Request"},
    {"Unauthorised", R"("kind": "status", "status": 401)", "unavailable", "401 Unauthorized"},
    {"Forbidden", R"("kind": "status", "status": 403)", "unavailable", "403 Forbidden"},
    {"NotFound", R"("kind": "status", "status": 404)", "unavailable", "404 Not Found"},
    {"Redirect", R"("kind": "redirect")", "failed", "307 Temporary Redirect"},
    {"HtmlPage", R"("kind": "html")", "unavailable", "not JSON"},
    {"NotJson", R"("kind": "not_json")", "unavailable", "not JSON"},
    {"NothingAtAll", R"("kind": "not_json", "body": "")", "unavailable", "JSON"},
    {"DataIsText", R"("kind": "wrong_shape", "body": {"data": "text"})", "unavailable", "data"},
    {"DataIsNull", R"("kind": "wrong_shape", "body": {"data": null})", "unavailable", "data"},
    {"NoData", R"("kind": "wrong_shape", "body": {"errors": []})", "unavailable", "data"},
    {"ABareArray", R"("kind": "wrong_shape", "body": [])", "unavailable", "data"},
    {"ABareNull", R"("kind": "wrong_shape", "body": "null")", "unavailable", "data"},
    {"HugeHeader", R"("kind": "big_header", "bytes": 100000)", "unavailable", "header"},
};

class CheckUnderLastingFault : public CheckUnderFaults, public testing::WithParamInterface<lasting_fault> {};

TEST_P(CheckUnderLastingFault, LeavesTheListUnseenWhateverItsStyle)
{
    for (const auto& where : every_style)
        spoil(where, GetParam().spoiled);

    const auto report = account.check();

    for (const auto& where : every_style)
        expect_unseen(report, where, GetParam().state, GetParam().reason);
    expect_only_those_unseen(report);
    EXPECT_EQ(account.control("requests").at("by_path").at("/ips"), 1);
}

INSTANTIATE_TEST_SUITE_P(Faults, CheckUnderLastingFault, testing::ValuesIn(on_every_style),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(CheckUnderFaults, LeavesAListUnseenWhoseDataIsAnObject)
{
    for (const auto& where : every_list)
        spoil(where, R"("kind": "wrong_shape", "body": {"data": {}})");

    const auto report = account.check();

    for (const auto& where : every_list)
        expect_unseen(report, where, "unavailable", "\"data\" array");
    expect_only_those_unseen(report);
}

TEST_F(CheckUnderFaults, LeavesAnAnswerUnreadThatIsTooLarge)
{
    spoil(small_list, R"("kind": "huge", "mb": 17)");
    spoil(unpaginated_list, R"("kind": "huge_gzip", "mb": 18)");

    const auto report = account.check();

    expect_unseen(report, small_list, "failed", "bytes");
    expect_unseen(report, unpaginated_list, "failed", "bytes");
    expect_only_those_unseen(report);
}

TEST_F(CheckUnderFaults, ReadsAPageThatIsTooLargeInParts)
{
    account.fault(R"({"path": "/phone_numbers", "page": "2", "kind": "huge", "mb": 40})");

    expect_all_read(account.check());
}

TEST_F(CheckUnderFaults, DoesNotTakeTheFirstPageForTheWholeOfAListThatShouldHaveNoPages)
{
    spoil(unpaginated_list,
          R"("kind": "wrong_shape", "body": {"data": [], "meta": {"total_pages": 2, "total_results": 3}})");

    const auto report = account.check();

    expect_unseen(report, unpaginated_list, "unavailable", "there is more of it");
    expect_only_those_unseen(report);
}

TEST_F(CheckUnderFaults, ReadsAListInPagesThatShouldHaveNone)
{
    account.attack("add_ai_assistant");
    for (const std::string_view says : {"meta", "has_more", "next", "total", "link"}) {
        account.control("clear_faults");
        account.fault(fmt::format(
            R"({{"path": "/ai/assistants", "kind": "in_pages", "size": 1, "says": "{}"}})", says));
        SCOPED_TRACE(says);
        const auto report = account.check();
        EXPECT_EQ(report.ended.exit_code, 2) << report.ended.err;
        EXPECT_EQ(report.state("ai_assistants"), "complete") << report.reason("ai_assistants");
        EXPECT_NE(boost::json::serialize(report.findings()).find("ai_assistants"), std::string::npos)
            << "it is on the second page";
    }
}

TEST_F(CheckUnderFaults, DoesNotTakeAListForWholeThatSaysMoreFollows)
{
    spoil(small_list, R"("kind": "headers", "headers": {"link": "</v2/ips?page=9>; rel=\"next\""})");

    const auto report = account.check();

    expect_unseen(report, small_list, "unavailable", "more follow");
    expect_only_those_unseen(report);
}

// A thief uses up what the API allows one list: the others are read, and the check ends.
TEST_F(CheckUnderFaults, EndsWithAListUnseenThatTheApiDoesNotLetItRead)
{
    spoil({"/ip_connections", "ip_connections", ""},
          R"("kind": "status", "status": 429, "retry_after": "3600")");

    const auto report = account.check();

    EXPECT_EQ(report.state("ip_connections"), "failed") << report.reason("ip_connections");
    EXPECT_EQ(report.state("ips"), "complete");
    EXPECT_EQ(report.ended.exit_code, 4) << report.ended.err;
    EXPECT_LT(report.ended.took, 30s);
    EXPECT_EQ(account.control("requests").at("by_path").at("/ip_connections"), 1);
}

// A failure that may pass is tried again, but not for ever.

struct passing_fault {
    watched_place where;
    std::string_view spoiled;
    std::string_view reason;
};

constexpr passing_fault first_half[] = {
    {{"/ips", "ips", ""}, R"("kind": "status", "status": 408)", "408 Request Timeout"},
    {{"/fqdns", "fqdns", ""}, R"("kind": "status", "status": 409)", "409 Conflict"},
    {{"/access_ip_ranges", "access_ip_ranges", ""}, R"("kind": "close")", ""},
    {{"/verified_numbers", "verified_numbers", ""}, R"("kind": "delay", "ms": 3000)", "within"},
    {{"/integration_secrets", "integration_secrets", ""}, R"("kind": "html", "status": 503)", "503"},
    {{"/phone_numbers", "phone_numbers", "2"},
     R"("kind": "status", "status": 500)",
     "500 Internal Server Error"},
    {{"/ai/assistants", "ai_assistants", ""}, R"("kind": "status", "status": 502)", "502 Bad Gateway"},
    {{"/payment/auto_recharge_prefs", "auto_recharge", ""}, R"("kind": "truncate")", ""},
};

constexpr passing_fault second_half[] = {
    {{"/iam/api_keys", "api_keys", ""}, R"("kind": "status", "status": 429)", "429 Too Many Requests"},
    {{"/oauth_grants", "oauth_grants", ""}, R"("kind": "truncate")", ""},
    {{"/wireguard_peers", "wireguard_peers", ""}, R"("kind": "drip", "ms": 50)", "within"},
    {{"/phone_numbers", "phone_numbers", "2"}, R"("kind": "delay", "ms": 3000)", "within"},
    {{"/ai/assistants", "ai_assistants", ""}, R"("kind": "close")", ""},
    {{"/payment/auto_recharge_prefs", "auto_recharge", ""},
     R"("kind": "status", "status": 504)",
     "504 Gateway Timeout"},
    {{"/notification_channels", "notification_channels", ""},
     R"("kind": "status", "status": 503)",
     "503 Service Unavailable"},
};

class CheckUnderPassingFaults : public CheckUnderFaults {
protected:
    CheckUnderPassingFaults() : CheckUnderFaults("500ms") {}

    void fails_after_bounded_tries(std::span<const passing_fault> faults)
    {
        for (const auto& fault : faults)
            spoil(fault.where, fault.spoiled);

        const auto report = account.check();

        for (const auto& fault : faults)
            expect_unseen(report, fault.where, "failed", fault.reason);
        expect_only_those_unseen(report);
    }

    void gets_over_them(std::span<const passing_fault> faults)
    {
        for (const auto& fault : faults)
            spoil(fault.where, fault.spoiled, 1);
        expect_all_read(account.check());
    }
};

TEST_F(CheckUnderPassingFaults, GivesUpInTimeOnTheFirstHalf)
{
    fails_after_bounded_tries(first_half);
}
TEST_F(CheckUnderPassingFaults, GivesUpInTimeOnTheSecondHalf)
{
    fails_after_bounded_tries(second_half);
}
TEST_F(CheckUnderPassingFaults, GetsOverTheFirstHalfWhenTheyPass)
{
    gets_over_them(first_half);
}
TEST_F(CheckUnderPassingFaults, GetsOverTheSecondHalfWhenTheyPass)
{
    gets_over_them(second_half);
}

TEST_F(CheckUnderFaults, WaitsAsLongAsARetryAfterSays)
{
    spoil(small_list, R"("kind": "status", "status": 429, "retry_after": "2")", 1);

    const auto report = account.check();

    expect_all_read(report);
    EXPECT_GE(report.ended.took, 2s);
    EXPECT_EQ(account.control("requests").at("by_path").at("/ips"), 2);
}

// A page that is no list may be a proxy's: the next check asks again, this one does not pretend.
TEST_F(CheckUnderFaults, ReadsTheListNextTimeWhenAnOddAnswerHasPassed)
{
    spoil(small_list, R"("kind": "html")", 1);

    const auto first = account.check();
    const auto second = account.check();

    expect_unseen(first, small_list, "unavailable", "not JSON");
    expect_all_read(second);
}

// Answers that are odd on the wire but right.

TEST_F(CheckUnderFaults, ReadsWhatIsOddOnTheWireButRight)
{
    for (const std::string_view fault :
         {R"("kind": "keepalive_drop")", R"("kind": "chunked")", R"("kind": "close_after_answer")"}) {
        account.control("clear_faults");
        account.fault(fmt::format(R"({{"path": "*", {}}})", fault));
        SCOPED_TRACE(fault);
        expect_all_read(account.check());
    }
}

TEST_F(CheckUnderFaults, ReadsCompressedAnswers)
{
    account.control("set", R"({"gzip": true})");

    expect_all_read(account.check());
}

TEST_F(CheckUnderFaults, LeavesCompressedAnswersUnreadThatEndTooSoon)
{
    account.control("set", R"({"gzip": true})");
    for (const auto& where : every_style)
        spoil(where, R"("kind": "truncate")");

    const auto report = account.check();

    for (const auto& where : every_style)
        expect_unseen(report, where, "failed", "");
    expect_only_those_unseen(report);
}

// Pages that do not add up.

TEST_F(CheckUnderFaults, DoesNotBelieveAListThatDoesNotAddUp)
{
    spoil(small_list, R"("kind": "lying_total")");
    spoil({"/fqdns", "fqdns", ""}, R"("kind": "duplicate_ids")");
    spoil(unpaginated_list, R"("kind": "duplicate_ids")");
    spoil(second_page, R"("kind": "lying_total", "by": -1)");

    const auto report = account.check();

    for (const auto& where : spoilt)
        expect_unseen(report, where, "failed", "");
    expect_only_those_unseen(report);
}

TEST_F(CheckUnderFaults, DoesNotBelieveAPageThatComesTwice)
{
    spoil(second_page, R"("kind": "repeat_page")");

    const auto report = account.check();

    expect_unseen(report, second_page, "failed", "page 1 came");
    expect_only_those_unseen(report);
}

TEST_F(CheckUnderFaults, DoesNotReadForEverWhenPagesRepeatAndNothingSaysHowManyThereAre)
{
    spoil({"/phone_numbers", "phone_numbers", ""}, R"("kind": "no_meta")");
    spoil({"/phone_numbers", "phone_numbers", ""}, R"("kind": "repeat_page")");

    const auto report = account.check();

    expect_unseen(report, second_page, "failed", "twice");
    expect_only_those_unseen(report);
}

TEST_F(CheckUnderFaults, ReadsAListThatDoesNotSayHowManyPagesItHas)
{
    for (const auto& where : {small_list, watched_place{"/phone_numbers", "phone_numbers", ""}})
        spoil(where, R"("kind": "no_meta")");

    expect_all_read(account.check());
}

class CheckOfAMovingList : public CheckUnderFaults, public testing::WithParamInterface<std::string_view> {};

TEST_P(CheckOfAMovingList, NeverTakesAHalfForTheWhole)
{
    spoil(second_page, fmt::format(R"("kind": "page_shift", "body": "{}")", GetParam()));

    const auto report = account.check();

    expect_unseen(report, second_page, "failed", "kept changing");
    EXPECT_EQ(report.ended.exit_code & 4, 4);
    // (A number that went for good is rightly missing from other lists, where they were read after that.)
    for (const auto& found : report.findings())
        EXPECT_FALSE(found.at("resource") == "phone_numbers" && found.at("kind") == "missing") << found;
}

INSTANTIATE_TEST_SUITE_P(Ways, CheckOfAMovingList, testing::Values("delete", "insert", "swap"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST_F(CheckUnderFaults, ReadsAListAgainThatMovedOnce)
{
    spoil(second_page, R"("kind": "page_shift", "body": "swap")", 1);

    expect_all_read(account.check());
}

// The index over all connections still shows what the typed list hides.
TEST_F(CheckUnderFaults, DoesNotTakeTheConnectionsOfAnUnreadListForStrangers)
{
    spoil({"/ip_connections", "ip_connections", ""}, R"("kind": "status", "status": 403)");
    spoil({"/texml_applications", "texml_applications", ""}, R"("kind": "html")");

    expect_only_those_unseen(account.check());
}

TEST_F(CheckUnderFaults, TellsWhatItSawOfAListThatItCouldNotReadToTheEnd)
{
    account.attack("reroute_number");
    spoil(second_page, R"("kind": "status", "status": 403)");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 6);
    expect_unseen(report, second_page, "unavailable", "403 Forbidden");
    ASSERT_EQ(report.findings().size(), 1U) << report.findings();
    EXPECT_EQ(report.findings().front().at("kind"), "changed");
}

}  // namespace
}  // namespace trunkwarden::end_to_end
