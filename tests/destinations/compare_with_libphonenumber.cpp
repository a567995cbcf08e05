#include <cstdio>
#include <map>
#include <phonenumbers/phonenumberutil.h>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "destinations/destination.hpp"

// Run by compare_with_libphonenumber.sh.

namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using trunkwarden::destination;
using trunkwarden::destination_risk;

const PhoneNumberUtil& library()
{
    return *PhoneNumberUtil::GetInstance();
}

// Regions where we differ on purpose, or where a prefix is not enough. See
// docs/decisions/0003-destination-table.md.
const std::map<std::string, std::string, std::less<>> expected_regions = {
    {"1", "Canada's seven-digit 310 numbers cannot be dialled as E.164"},
    {"39", "the Vatican's mobile and service numbers are Italy's"},
    {"44", "Jersey, Guernsey and Isle of Man service numbers are cut from British ranges"},
    {"47", "Svalbard's mobile and service numbers are Norway's"},
    {"61", "Christmas and Cocos Islands share ranges with Australia"},
    {"212", "Western Sahara's mobile and service numbers are Morocco's"},
    {"262", "Mayotte shares service numbers with Réunion"},
    {"358", "Åland's mobile and service numbers are Finland's"},
    {"590", "Saint Barthélemy and Saint Martin share Guadeloupe's numbers"},
};

const std::map<std::string, std::string, std::less<>> expected_costs = {
    {"242", "Congo's 80 is high risk already"},
    {"44842", "a service charge of pence: shared cost"},
    {"44843", "a service charge of pence: shared cost"},
    {"44844", "a service charge of pence: shared cost"},
    {"44845", "a service charge of pence: shared cost"},
    {"44870", "a service charge of pence: shared cost"},
    {"55300", "shared cost since metadata 9"},
    {"64", "New Zealand's short 05088 service is inside its freephone 0508"},
    {"86", "Chinese 96 services behind an area code cost little"},
};

struct tally {
    int agreed = 0;
    int expected = 0;
    std::map<std::string, int> unexpected;
    std::map<std::string, std::string> example;

    void differ(const std::string& part, const std::string& number)
    {
        ++unexpected[part];
        example.emplace(part, number);
    }
};

bool is_ordinary(PhoneNumberUtil::PhoneNumberType type)
{
    return type == PhoneNumberUtil::FIXED_LINE || type == PhoneNumberUtil::MOBILE ||
           type == PhoneNumberUtil::FIXED_LINE_OR_MOBILE || type == PhoneNumberUtil::TOLL_FREE;
}

void compare_region(const PhoneNumber& number, const std::string& text, const destination& ours,
                    tally& result)
{
    std::string theirs;
    library().GetRegionCodeForNumber(number, &theirs);
    if (theirs == "ZZ" || theirs == ours.region) {
        ++result.agreed;
        return;
    }
    if (expected_regions.contains(std::to_string(number.country_code()))) {
        ++result.expected;
        return;
    }
    result.differ("region of +" + std::to_string(number.country_code()) + ": libphonenumber " + theirs +
                      ", table " + std::string{ours.region},
                  text);
}

void compare_cost(const PhoneNumber& number, const std::string& text, const destination& ours, tally& result)
{
    const auto type = library().GetNumberType(number);
    const bool caller_pays =
        ours.risk == destination_risk::premium || ours.risk == destination_risk::shared_cost;
    bool agreed = true;
    if (type == PhoneNumberUtil::PREMIUM_RATE)
        agreed = ours.risk == destination_risk::premium;
    else if (type == PhoneNumberUtil::SHARED_COST)
        agreed = caller_pays;
    else if (is_ordinary(type))
        agreed = !caller_pays;
    if (agreed) {
        ++result.agreed;
        return;
    }
    if (expected_costs.contains(ours.prefix)) {
        ++result.expected;
        return;
    }
    const char* name = type == PhoneNumberUtil::PREMIUM_RATE  ? "premium"
                       : type == PhoneNumberUtil::SHARED_COST ? "shared cost"
                                                              : "ordinary";
    result.differ("cost of +" + std::string{ours.prefix} + ": libphonenumber " + name + ", table " +
                      trunkwarden::describe(ours),
                  text);
}

void compare(const PhoneNumber& number, tally& region, tally& cost)
{
    std::string text;
    library().Format(number, PhoneNumberUtil::E164, &text);
    const destination ours = trunkwarden::weigh_destination(text);
    compare_region(number, text, ours, region);
    compare_cost(number, text, ours, cost);
}

void compare_examples(tally& region, tally& cost)
{
    std::set<std::string> regions;
    library().GetSupportedRegions(&regions);
    for (const std::string& name : regions) {
        std::set<PhoneNumberUtil::PhoneNumberType> types;
        library().GetSupportedTypesForRegion(name, &types);
        for (const auto type : types) {
            PhoneNumber number;
            if (library().GetExampleNumberForType(name, type, &number))
                compare(number, region, cost);
        }
    }
    std::set<int> codes;
    library().GetSupportedGlobalNetworkCallingCodes(&codes);
    for (const int code : codes) {
        PhoneNumber number;
        if (library().GetExampleNumberForNonGeoEntity(code, &number))
            compare(number, region, cost);
    }
}

void compare_random_numbers(tally& region, tally& cost)
{
    std::mt19937 random{20261101};
    std::set<int> codes;
    library().GetSupportedCallingCodes(&codes);
    for (const int code : codes) {
        for (int i = 0; i < 20000; ++i) {
            const int length = static_cast<int>(5 + random() % 7);
            std::string text = "+" + std::to_string(code);
            for (int digit = 0; digit < length; ++digit)
                text += static_cast<char>('0' + random() % 10);
            PhoneNumber number;
            if (library().Parse(text, "ZZ", &number) == PhoneNumberUtil::NO_PARSING_ERROR &&
                library().IsValidNumber(number))
                compare(number, region, cost);
        }
    }
}

void compare_area_codes(tally& region, tally& cost)
{
    for (int code = 200; code < 1000; ++code) {
        for (const char* subscriber : {"2345678", "4601234", "6123456", "7312345", "9201234"}) {
            PhoneNumber number;
            if (library().Parse("+1" + std::to_string(code) + subscriber, "ZZ", &number) ==
                    PhoneNumberUtil::NO_PARSING_ERROR &&
                library().IsValidNumber(number))
                compare(number, region, cost);
        }
    }
}

int report(std::string_view table, const tally& result)
{
    int unexpected = 0;
    for (const auto& [sentence, count] : result.unexpected) {
        std::printf("  %s: %d, for example %s\n", sentence.c_str(), count,
                    result.example.at(sentence).c_str());
        unexpected += count;
    }
    std::printf("%.*s: %d agree, %d differ as expected, %d differ\n", static_cast<int>(table.size()),
                table.data(), result.agreed, result.expected, unexpected);
    return unexpected;
}

}  // namespace

int main()
{
    int unexpected = 0;
    struct comparison {
        std::string name;
        void (*run)(tally&, tally&);
    };
    const comparison comparisons[] = {
        {"examples", compare_examples},
        {"area codes", compare_area_codes},
        {"random numbers", compare_random_numbers},
    };
    for (const auto& [name, run] : comparisons) {
        tally region;
        tally cost;
        run(region, cost);
        unexpected += report(name + ", region", region);
        unexpected += report(name + ", cost", cost);
    }
    return unexpected == 0 ? 0 : 1;
}
