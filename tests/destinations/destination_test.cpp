#include "destinations/destination.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "destinations/destination_table.hpp"

namespace trunkwarden {
namespace {

std::string described(std::string_view number)
{
    return describe(weigh_destination(number));
}

destination_risk risk_of(std::string_view number)
{
    return weigh_destination(number).risk;
}

TEST(Destination, SaysThatJamaicaLooksDomestic)
{
    EXPECT_EQ(described("+18765551234"), "Jamaica (+1 876), looks domestic");
    EXPECT_EQ(described("+16585551234"), "Jamaica (+1 658), looks domestic");
    EXPECT_EQ(risk_of("+18765551234"), destination_risk::high_risk);
}

TEST(Destination, NamesPremiumRatesAndTheirCountry)
{
    EXPECT_EQ(described("+37190012345"), "premium rate, Latvia (+371 900)");
    EXPECT_EQ(described("+37190612345"), "premium rate, Latvia (+371 90)");
    EXPECT_EQ(described("+19005551234"), "premium rate, United States and Canada (+1 900)");
    EXPECT_EQ(described("+449098765432"), "premium rate, United Kingdom (+44 90)");
    EXPECT_EQ(described("+447012345678"), "premium rate, United Kingdom (+44 70)");
    EXPECT_EQ(described("+979123456789"), "premium rate, worldwide (+979)");
}

TEST(Destination, NamesSatelliteNetworks)
{
    EXPECT_EQ(described("+881812345678"), "satellite (+881 8 Globalstar)");
    EXPECT_EQ(described("+881612345678"), "satellite (+881 6 Iridium)");
    EXPECT_EQ(described("+870773123456"), "satellite (+870 Inmarsat)");
    EXPECT_EQ(described("+8821612345678"), "satellite (+882 16 Thuraya)");
}

TEST(Destination, NamesOrdinaryCountries)
{
    EXPECT_EQ(described("+493012345678"), "Germany (+49)");
    EXPECT_EQ(described("+14155551234"), "United States (+1 415)");
    EXPECT_EQ(described("+16045551234"), "Canada (+1 604)");
    EXPECT_EQ(described("+77012345678"), "Kazakhstan (+7 7)");
    EXPECT_EQ(described("+74951234567"), "Russia (+7)");
    EXPECT_EQ(described("+441481234567"), "Guernsey (+44 1481)");
    EXPECT_EQ(described("+494915551234"), "Germany (+49)");
}

TEST(Destination, KnowsRevenueShareTargets)
{
    EXPECT_EQ(described("+5371234567"), "Cuba (+53), a target of revenue share fraud");
    EXPECT_EQ(described("+25261234567"), "Somalia (+252), a target of revenue share fraud");
    EXPECT_EQ(described("+8835100123456"), "international network (+883), a target of revenue share fraud");
}

// Telnyx, "Rate limiting and fraud prevention for Verify", read November 2026.
TEST(Destination, KnowsWhereTelnyxSawFraudWithVerifications)
{
    for (const char* number :
         {"+8801712345678", "+85512345678", "+8562012345678", "+9607712345", "+5926123456"})
        EXPECT_TRUE(costs_dearly(risk_of(number))) << number;
    for (const char* code : {"225", "232", "233", "234", "256", "260"}) {
        const auto reached = weigh_destination(fmt::format("+{}2125551234", code));
        EXPECT_EQ(reached.prefix, code);
        EXPECT_TRUE(is_pumped_by_messages(reached.region)) << code;
    }
    for (const char* region : {"US", "LV", "JM", "", "001"})
        EXPECT_FALSE(is_pumped_by_messages(region)) << region;
}

TEST(Destination, NamesUnitedStatesTerritoriesWithoutAlarm)
{
    EXPECT_EQ(described("+17875551234"), "Puerto Rico (+1 787)");
    EXPECT_EQ(described("+16715551234"), "Guam (+1 671)");
    EXPECT_EQ(risk_of("+16845551234"), destination_risk::domestic_like);
}

TEST(Destination, NamesServicesWithoutACountry)
{
    EXPECT_EQ(described("+18005551234"), "North American toll-free (+1 800)");
    EXPECT_EQ(described("+80012345678"), "international freephone (+800)");
    EXPECT_EQ(described("+80812345678"), "shared cost, worldwide (+808)");
    EXPECT_EQ(described("+4918012345"), "shared cost, Germany (+49 180)");
    EXPECT_EQ(described("+15005551234"), "shared cost, North American personal number (+1 500)");
}

TEST(Destination, WeighsAnAreaCodeNewerThanTheTableAsForeign)
{
    EXPECT_EQ(described("+12995551234"), "area code not in the table (+1)");
    EXPECT_EQ(risk_of("+12995551234"), destination_risk::foreign);
}

TEST(Destination, FindsThe976ExchangeInsideAnAreaCode)
{
    EXPECT_EQ(described("+12129761234"), "premium rate, United States (+1 212)");
    EXPECT_EQ(described("+16049761234"), "premium rate, Canada (+1 604)");
    EXPECT_EQ(described("+18769761234"), "Jamaica (+1 876), looks domestic");
    EXPECT_EQ(described("+18009761234"), "North American toll-free (+1 800)");
    EXPECT_EQ(described("+12469761234"), "premium rate, Barbados (+1 246976)");
}

TEST(Destination, CallsShortNumbersByName)
{
    EXPECT_EQ(described("911"), "emergency number (911)");
    EXPECT_EQ(described("112"), "emergency number (112)");
    EXPECT_EQ(described("211"), "service code (211)");
    EXPECT_EQ(described("411"), "directory assistance (411)");
    EXPECT_EQ(described("12345"), "short code");
    EXPECT_EQ(risk_of("911"), destination_risk::special);
}

TEST(Destination, ReadsTheWaysPeopleWriteANumber)
{
    for (const std::string_view number :
         {"+1 876 555 1234", "+1-876-555-1234", "+1 (876) 555-1234", "+1.876.555.1234", "  +18765551234  ",
          "0018765551234", "01118765551234", "18765551234", "8765551234", "(876) 555-1234",
          "tel:+1-876-555-1234", "tel:+18765551234;ext=12", "+18765551234999"})
        EXPECT_EQ(described(number), "Jamaica (+1 876), looks domestic") << number;
}

TEST(Destination, ReadsElevenDigitsOrMoreWithoutAPlusAsInternational)
{
    EXPECT_EQ(described("37190012345"), "premium rate, Latvia (+371 900)");
    EXPECT_EQ(risk_of("5371234567"), risk_of("+15371234567")) << "ten digits are North American";
}

TEST(Destination, SeesThroughANationalZero)
{
    EXPECT_EQ(described("+44 (0)909 876 5432"), "premium rate, United Kingdom (+44 90)");
    EXPECT_EQ(described("+4409098765432"), "premium rate, United Kingdom (+44 90)");
    EXPECT_EQ(described("+4402079460000"), "United Kingdom (+44)");
    EXPECT_EQ(described("+39089123456"), "Italy (+39)") << "Salerno, not a premium 89";
}

TEST(Destination, TellsPremiumRangesFromShorterOrdinaryNumbers)
{
    EXPECT_EQ(described("+3531520123456"), "premium rate, Ireland (+353 1520)");
    EXPECT_EQ(described("+35315201234"), "Ireland (+353)") << "Dublin";
    EXPECT_EQ(described("+96190123456"), "premium rate, Lebanon (+961 90)");
    EXPECT_EQ(described("+9619012345"), "Lebanon (+961)");
}

TEST(Destination, NamesTheHostOfASipAddress)
{
    EXPECT_EQ(described("sip:user@example.com"), "a SIP address, example.com");
    EXPECT_EQ(described("SIPS:+18765551234@pbx.example.com:5061;transport=tls"),
              "a SIP address, pbx.example.com:5061");
    EXPECT_EQ(described("sip:example.com"), "a SIP address, example.com");
    EXPECT_EQ(described("sip:a@[2001:db8::1]"), "a SIP address, [2001:db8::1]");
    EXPECT_EQ(risk_of("sip:user@example.com"), destination_risk::sip_address);
}

TEST(Destination, WeighsANumberAtTelnyxItself)
{
    EXPECT_EQ(described("sip:+18765551234@sip.telnyx.com"), "Jamaica (+1 876), looks domestic");
    EXPECT_EQ(described("sip:+18765551234;phone-context=x@SIP.Telnyx.com:5060"),
              "Jamaica (+1 876), looks domestic");
    EXPECT_EQ(described("sip:+18765551234@sip.telnyx.com.:5060"), "Jamaica (+1 876), looks domestic");
    EXPECT_EQ(described("sip:alice@sip.telnyx.com"), "a SIP address, sip.telnyx.com");
    EXPECT_EQ(described("sip:+18765551234@nottelnyx.com"), "a SIP address, nottelnyx.com");
    EXPECT_EQ(described("sip:+18765551234@sip.telnyx.com.example.net"),
              "a SIP address, sip.telnyx.com.example.net");
}

TEST(Destination, SaysWhatIsNotANumber)
{
    using namespace std::string_view_literals;
    for (const std::string_view text : {""sv,
                                        " "sv,
                                        "+"sv,
                                        "++18765551234"sv,
                                        "abc"sv,
                                        "1"sv,
                                        "+1"sv,
                                        "+1876"sv,
                                        "+1876555123"sv,
                                        "5551234"sv,
                                        "1234567890"sv,
                                        "+01234567890"sv,
                                        "+10765551234"sv,
                                        "+2101234567"sv,
                                        "+999123456789"sv,
                                        "1-800-FLOWERS"sv,
                                        "*98"sv,
                                        "+1876555\n1234"sv,
                                        "+18765551234\n"sv,
                                        "+1876\0005551234"sv,
                                        "\0"sv,
                                        "+1876555123\x7f"sv,
                                        "+1234567890123456"sv,
                                        "\uff0b\uff11\uff18\uff17\uff16"sv,
                                        "+\u0661\u0668\u0667\u0666\u0665\u0665\u0665"sv,
                                        "+1\u00a0876\u00a05551234"sv,
                                        "sip:"sv,
                                        "sip:user@"sv,
                                        "sip:a@exa mple.com"sv,
                                        "sip:a@evil\x1b[2Jhost"sv,
                                        "tel:"sv,
                                        "()"sv,
                                        "(0)"sv,
                                        "+(0)"sv})
        EXPECT_EQ(described(text), "not an E.164 number") << testing::PrintToString(text);
    EXPECT_EQ(risk_of(std::string(1 << 20, '9')), destination_risk::malformed);
    EXPECT_EQ(risk_of("+" + std::string(1 << 20, ' ')), destination_risk::malformed);
    EXPECT_EQ(risk_of("sip:a@" + std::string(1 << 20, 'x')), destination_risk::malformed);
}

TEST(Destination, SaysWhichRisksCostDearly)
{
    for (const char* number :
         {"+18765551234", "+37190012345", "+881812345678", "+5371234567", "+979123456789"})
        EXPECT_TRUE(costs_dearly(risk_of(number))) << number;
    for (const char* number :
         {"+14155551234", "+493012345678", "+4918012345", "911", "", "sip:a@example.com"})
        EXPECT_FALSE(costs_dearly(risk_of(number))) << number;
}

// ITU-T E.164, every code that is assigned.
constexpr std::string_view calling_codes =
    "1 7 20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 "
    "239 "
    "240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 "
    "267 "
    "268 269 27 290 291 297 298 299 30 31 32 33 34 350 351 352 353 354 355 356 357 358 359 36 370 371 372 "
    "373 374 "
    "375 376 377 378 379 380 381 382 383 385 386 387 389 39 40 41 420 421 423 43 44 45 46 47 48 49 500 501 "
    "502 "
    "503 504 505 506 507 508 509 51 52 53 54 55 56 57 58 590 591 592 593 594 595 596 597 598 599 60 61 62 63 "
    "64 "
    "65 66 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692 800 808 81 82 "
    "84 "
    "850 852 853 855 856 86 870 878 880 881 882 883 886 888 90 91 92 93 94 95 960 961 962 963 964 965 966 "
    "967 968 "
    "970 971 972 973 974 975 976 977 979 98 991 992 993 994 995 996 998 ";

TEST(DestinationTable, ResolvesEveryCallingCode)
{
    for (std::string_view rest = calling_codes; !rest.empty(); rest.remove_prefix(rest.find(' ') + 1)) {
        const std::string code{rest.substr(0, rest.find(' '))};
        const destination reached = weigh_destination("+" + code + "2125551234");
        EXPECT_NE(reached.risk, destination_risk::malformed) << code;
        EXPECT_FALSE(reached.place.empty()) << code;
        EXPECT_TRUE(reached.prefix.starts_with(code)) << code;
        EXPECT_EQ(dialling_plan::country_code_length(code), code.size()) << code;
    }
}

TEST(DestinationTable, HasNoCallingCodeThatIsNotAssigned)
{
    for (const dialling_plan::table_row& row : dialling_plan::table) {
        std::string code{row.prefix.substr(0, dialling_plan::country_code_length(row.prefix))};
        EXPECT_NE((" " + std::string{calling_codes}).find(" " + code + " "), std::string::npos) << row.prefix;
    }
}

TEST(DestinationTable, IsSortedWithoutAPrefixTwice)
{
    EXPECT_EQ(std::ranges::adjacent_find(dialling_plan::table, std::ranges::greater_equal{},
                                         &dialling_plan::table_row::prefix),
              dialling_plan::table.end());
}

TEST(DestinationTable, FindsEachRowByItsOwnPrefix)
{
    for (const dialling_plan::table_row& row : dialling_plan::table) {
        std::string digits{row.prefix};
        digits.resize(std::max(digits.size(), row.least_digits), 'x');
        EXPECT_EQ(dialling_plan::find_row(digits), &row) << row.prefix;
    }
}

TEST(DestinationTable, HasEveryCountryOfTheNorthAmericanPlan)
{
    for (const std::string_view region :
         {"AG", "AI", "AS", "BB", "BM", "BS", "CA", "DM", "DO", "GD", "GU", "JM", "KN",
          "KY", "LC", "MP", "MS", "PR", "SX", "TC", "TT", "US", "VC", "VG", "VI"})
        EXPECT_TRUE(std::ranges::any_of(dialling_plan::table, [region](const dialling_plan::table_row& row) {
            return row.region == region && row.prefix.size() == 4 && row.prefix[0] == '1';
        })) << region;
}

TEST(Destination, SurvivesAHundredThousandRandomTexts)
{
    constexpr std::string_view likely = "0123456789+ -().siptel:@;xX\n";
    std::mt19937 random{876};
    std::string text;
    for (int i = 0; i < 100'000; ++i) {
        text.clear();
        if (random() % 4 == 0)
            text = random() % 2 == 0 ? "sip:" : "+";
        const auto length = random() % 40;
        for (unsigned c = 0; c < length; ++c)
            text += random() % 8 != 0 ? likely[random() % likely.size()] : static_cast<char>(random() % 256);
        const destination reached = weigh_destination(text);
        const std::string phrase = describe(reached);
        ASSERT_FALSE(phrase.empty());
        ASSERT_TRUE(std::ranges::none_of(phrase, [](char c) { return c >= 0 && c < ' '; })) << phrase;
    }
}

}  // namespace
}  // namespace trunkwarden
