#include <gtest/gtest.h>

#include <filesystem>
#include <sys/stat.h>

#include "catalogue/catalogue.hpp"
#include "end_to_end/watched_account.hpp"

// `trunkwarden baseline capture`: its output, that `check` is then content, and when it writes nothing.

namespace trunkwarden::end_to_end {
namespace {

watch_options without_baseline()
{
    watch_options options;
    options.baseline = "this: is no baseline\n";
    return options;
}

// Captured over what is there, as one does who has an old file.
outcome capture(const watched_account& account, std::vector<std::string> more = {})
{
    std::vector<std::string> words{"baseline", "capture", "--account", "production"};
    words.insert(words.end(), more.begin(), more.end());
    return run_binary(account.command_line(std::move(words)));
}

outcome capture_to_file(const watched_account& account)
{
    return capture(account, {"--force", "--output-file", account.folder.file("baseline.yml")});
}

std::string captured(const watched_account& account)
{
    const auto ended = capture(account);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out;
}

TEST(BaselineCapture, OfTheDemoAccountLeavesCheckNothingToSay)
{
    watched_account account(without_baseline());

    const auto ended = capture_to_file(account);

    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err.find("66 entries for 68 objects of 50 resources"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("trunkwarden baseline lint"), std::string::npos) << ended.err;
    const auto report = account.check();
    EXPECT_EQ(report.ended.exit_code, 0) << report.ended.out;
    EXPECT_TRUE(report.findings().empty()) << report.findings();
    EXPECT_TRUE(account.control("requests").at("writes").as_array().empty());
}

// With a port-out the demo's account holds something of every resource.
TEST(BaselineCapture, OfAnAccountWithEveryResourceLeavesCheckNothingToSay)
{
    watched_account account(without_baseline());
    account.attack("start_portout");

    ASSERT_EQ(capture_to_file(account).exit_code, 0);

    const auto text = text_of_file(account.folder.file("baseline.yml"));
    EXPECT_EQ(text.find("Nothing there"), std::string::npos) << text;
    EXPECT_EQ(account.check().ended.exit_code, 0);
    const auto linted = run_binary(account.command_line({"baseline", "lint", "--output=json"}));
    const auto report = json::parse(linted.out);
    EXPECT_TRUE(report.at("not_read").as_array().empty()) << linted.out;
    EXPECT_EQ(linted.out.find("matches-nothing"), std::string::npos) << linted.out;
}

TEST(Completion, OffersEveryResource)
{
    const auto offered = '\n' + run_binary({"__complete", "resources"}).out;
    for (const auto& type : catalogue)
        EXPECT_NE(offered.find(fmt::format("\n{}\n", type.name)), std::string::npos) << type.name;
}

TEST(BaselineCapture, PinsWhatIsThereSoThatEveryChangeAfterwardsIsAFinding)
{
    watched_account account(without_baseline());
    ASSERT_EQ(capture_to_file(account).exit_code, 0);
    account.attack("add_ip");
    account.attack("reroute_number");
    account.attack("change_connection_webhook");

    const auto report = account.check();

    EXPECT_EQ(report.ended.exit_code, 2);
    EXPECT_EQ(report.findings().size(), 3U) << report.findings();
}

TEST(BaselineCapture, OfAnAccountWithAnAttackerInItShowsHimMarked)
{
    watched_account account(without_baseline());
    for (const std::string_view name : {"forward_number", "bypass_sso", "start_portout", "add_user"})
        account.attack(name);

    const auto text = captured(account);

    EXPECT_NE(text.find("# REVIEW: calls go to "), std::string::npos) << text;
    EXPECT_NE(text.find("# REVIEW: organization_user_bypasses_sso is on"), std::string::npos);
    EXPECT_NE(text.find("# REVIEW: these numbers are leaving for another carrier"), std::string::npos);
    EXPECT_NE(text.find("# REVIEW: never used so far: last_sign_in_at is empty"), std::string::npos);
}

TEST(BaselineCapture, MarksAnAddressOfAnotherCountryThanTheRest)
{
    watched_account account(without_baseline());
    std::filesystem::create_directories(account.folder.file("share/trunkwarden"));
    account.folder.write("share/trunkwarden/geoip",
                         "# first,last,country\n134744064,134744319,US\n3238002688,3238008831,NL\n");
    for (const std::string_view address : {"193.0.6.139", "193.0.6.140", "193.0.6.141", "8.8.8.8"})
        account.control("create", fmt::format(R"({{"path": "/ips", "object": {{"ip_address": "{}",
                                                   "connection_id": "1293384261075731510"}}}})",
                                              address));

    daemon_process capturing(account.command_line({"baseline", "capture", "--account", "production"}),
                             {"XDG_DATA_DIRS=" + account.folder.file("share")});
    const auto text = capturing.wait().out;

    const auto mark =
        text.find("# REVIEW: registered in US, while most of the account's addresses are in NL");
    ASSERT_NE(mark, std::string::npos) << text;
    EXPECT_EQ(text.find("8.8.8.8"), text.find("\"8.8.8.8\"", mark) + 1) << text;
    EXPECT_EQ(text.find("# REVIEW: registered in", mark + 1), std::string::npos) << text;
}

TEST(BaselineCapture, SaysSoWhenCountriesOfAddressesAreNotKnown)
{
    watched_account account(without_baseline());
    daemon_process capturing(account.command_line({"baseline", "capture", "--account", "production"}),
                             {"XDG_DATA_DIRS=" + account.folder.file("empty")});

    const auto text = capturing.wait().out;

    EXPECT_NE(text.find("# Countries of addresses were not looked at: there is no "), std::string::npos)
        << text;
}

TEST(BaselineCapture, OfAnUnchangedAccountIsTheSameEveryTime)
{
    watched_account account(without_baseline());

    EXPECT_EQ(captured(account), captured(account));
}

TEST(BaselineCapture, HoldsNoSecretAndNoForwardingThatIsOff)
{
    watched_account account(without_baseline());

    const auto ended = capture(account, {"--log.level=debug"});

    EXPECT_EQ((ended.out + ended.err).find("CANARY"), std::string::npos);
    EXPECT_EQ(ended.out.find("+14155550198"), std::string::npos);
    EXPECT_NE(ended.out.find("+14155550199"), std::string::npos);
}

TEST(BaselineCapture, NamesWhatIdsStandFor)
{
    watched_account account(without_baseline());

    const auto text = captured(account);

    EXPECT_NE(text.find("connection_id: \"1293384261075731499\"   # office-pbx\n"), std::string::npos)
        << text;
    EXPECT_NE(text.find("outbound.outbound_voice_profile_id: \"1293384261075731500\"   # office\n"),
              std::string::npos);
    EXPECT_NE(text.find("resource_id: connection:1293384261075731502   # softphones\n"), std::string::npos);
    EXPECT_NE(text.find("organization_id: \"3c1c7f0e-53a6-4f64-9b0c-5e2f1d9a7b10\""), std::string::npos);
}

TEST(BaselineCapture, LeavesAFileThatIsThereAloneAndAsksNothing)
{
    watched_account account(without_baseline());

    const auto ended = capture(account, {"--output-file", account.folder.file("baseline.yml")});

    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(ended.err.find("--force"), std::string::npos) << ended.err;
    EXPECT_EQ(text_of_file(account.folder.file("baseline.yml")), "this: is no baseline\n");
    EXPECT_TRUE(account.control("requests").at("by_path").as_object().empty());
}

TEST(BaselineCapture, KeepsModeAndAttestationOfTheFileThatItReplaces)
{
    watched_account account;
    const auto file = account.folder.file("baseline.yml");
    ASSERT_EQ(::chmod(file.c_str(), 0640), 0);

    const auto ended = capture_to_file(account);

    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    struct stat about {};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777U, 0640U);
    EXPECT_NE(text_of_file(file).find("  attested: 2026-11-20\n  attested_by: dana\n  max_age: 3650d\n"),
              std::string::npos);
    EXPECT_EQ(account.check().ended.exit_code, 0);
}

TEST(BaselineCapture, WritesNothingWhenSomethingCouldNotBeReadAndSaysWhat)
{
    watched_account account(without_baseline());
    account.fault(R"({"path": "/fqdns", "kind": "status", "status": 403})");
    account.fault(R"({"path": "/oauth_grants", "kind": "status", "status": 404})");

    const auto ended = capture_to_file(account);

    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(ended.err.find("fqdns could not be read"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("oauth_grants could not be read"), std::string::npos) << ended.err;
    EXPECT_EQ(text_of_file(account.folder.file("baseline.yml")), "this: is no baseline\n");
}

TEST(BaselineCapture, LeavesAcceptedBlindSpotsOutAndSaysSo)
{
    auto options = without_baseline();
    options.account_extra = "    accepted_blind_spots: [fqdns, two_factor, ips]\n";
    watched_account account(options);
    account.fault(R"({"path": "/fqdns", "kind": "status", "status": 403})");

    ASSERT_EQ(capture_to_file(account).exit_code, 0);

    const auto text = text_of_file(account.folder.file("baseline.yml"));
    EXPECT_NE(text.find("so not in here: fqdns, two_factor.\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nips:\n"), std::string::npos) << "it could be read after all";
    EXPECT_EQ(account.check().ended.exit_code, 0);
}

TEST(BaselineCapture, NamesTheAccountsThereAreWhenItIsAskedForAnother)
{
    watched_account account(without_baseline());

    const auto ended = run_binary(account.command_line({"baseline", "capture", "--account", "prodution"}));

    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(ended.err.find("no account \"prodution\" in the settings; known: production"),
              std::string::npos)
        << ended.err;
}

TEST(BaselineCapture, SaysWhenItCannotWrite)
{
    watched_account account(without_baseline());

    const auto no_folder = capture(account, {"--output-file", account.folder.file("nowhere/b.yml")});
    EXPECT_EQ(no_folder.exit_code, 1);
    EXPECT_NE(no_folder.err.find("does not exist"), std::string::npos) << no_folder.err;
    EXPECT_TRUE(account.control("requests").at("by_path").as_object().empty());

    const auto a_device = capture(account, {"--force", "--output-file", "/dev/full"});
    EXPECT_EQ(a_device.exit_code, 1);
    EXPECT_NE(a_device.err.find("/dev/full is not a file"), std::string::npos) << a_device.err;
}

TEST(BaselineCapture, OfManyNumbersIsSmallAndLeavesCheckNothingToSay)
{
    auto options = without_baseline();
    options.poll = "{requests_per_second: 1000, concurrency: 3}";
    watched_account account(options, with_demo_key(), simulator::generate_account(20'000));

    const auto ended = capture_to_file(account);

    ASSERT_EQ(ended.exit_code, 0) << ended.err;
    EXPECT_LT(std::filesystem::file_size(account.folder.file("baseline.yml")), 2'000'000U);
    EXPECT_EQ(account.check().ended.exit_code, 0);
}

TEST(BaselineCapture, ProposesLimitsFromTheUseOfTheLastWeeks)
{
    watched_account account(without_baseline());
    account.control("use", R"({"to": "+1415555####", "count": 30, "rate": "0.01", "ago_s": 90000})");
    account.control("use", R"({"to": "+4420794####", "count": 2, "rate": "0.02", "ago_s": 180000})");

    ASSERT_EQ(capture_to_file(account).exit_code, 0);

    const auto text = text_of_file(account.folder.file("baseline.yml"));
    EXPECT_NE(text.find("  - product: sip-trunking\n    connection_id: \"1293384261075731499\"\n"
                        "    destinations: [GB, US]\n    max_calls_per_hour: 60\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("31 days had 30 calls"), std::string::npos) << text;
    EXPECT_NE(text.find("\nspending:\n"), std::string::npos) << text;
    EXPECT_EQ(account.check().ended.exit_code, 0);
}

TEST(BaselineCapture, LimitsTheRunningCallsOfApplicationsThatAreThere)
{
    watched_account account(without_baseline());
    const auto call = [&account](std::string_view application) {
        account.control("use", fmt::format(R"({{"product": "call-control", "connection_id": "{}",
            "to": "+1415555####", "count": 30, "rate": "0.01", "ago_s": 90000}})",
                                           application));
    };
    call("1494404757140276710");
    call("1494404757140279999");

    ASSERT_EQ(capture_to_file(account).exit_code, 0);

    const auto text = text_of_file(account.folder.file("baseline.yml"));
    const auto begin = text.find("\nactive_calls:") + 1;
    const auto section = text.substr(begin, text.find("\n\n", begin) - begin);
    EXPECT_NE(section.find("connection_id: \"1494404757140276710\"\n    max_calls: "), std::string::npos)
        << text;
    EXPECT_EQ(section.find("1494404757140279999"), std::string::npos) << section;
    const auto words =
        text.find("# REVIEW: not proposed: active_calls of 1494404757140279999: the application");
    EXPECT_NE(words, std::string::npos) << text;
    EXPECT_EQ(account.check().ended.exit_code, 0);
}

TEST(BaselineCapture, SaysWhyItProposesNoLimits)
{
    watched_account account(without_baseline());
    account.control("use", R"({"to": "+1415555####", "ago_s": 90000})");
    account.fault(R"({"kind": "status", "path": "/usage_reports/options", "status": 403})");

    const auto text = captured(account);

    EXPECT_NE(text.find("# REVIEW: not proposed: sip-trunking: "), std::string::npos) << text;
    EXPECT_EQ(text.find("\ntraffic:"), std::string::npos) << text;
    EXPECT_EQ(text.find("\nspending:"), std::string::npos) << text;
}

}  // namespace
}  // namespace trunkwarden::end_to_end
