#include "baseline/regions.hpp"

#include <cstddef>

namespace trunkwarden {

namespace {

constexpr std::string_view iso_3166 =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV "
    "BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ "
    "FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR "
    "PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ "
    "TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";

// Ascension, Tristan da Cunha, Kosovo, the former Netherlands Antilles.
constexpr std::string_view beyond_iso = "AC TA XK AN ";

bool holds(std::string_view codes, std::string_view code)
{
    for (std::size_t at = 0; at < codes.size(); at += 3)
        if (codes.substr(at, 2) == code)
            return true;
    return false;
}

}  // namespace

bool is_region(std::string_view code)
{
    return holds(iso_3166, code) || holds(beyond_iso, code);
}

std::vector<std::string_view> regions()
{
    std::vector<std::string_view> all;
    for (const auto codes : {iso_3166, beyond_iso})
        for (std::size_t at = 0; at < codes.size(); at += 3)
            all.push_back(codes.substr(at, 2));
    return all;
}

}  // namespace trunkwarden
