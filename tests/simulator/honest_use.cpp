#include "simulator/honest_use.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>
#include <string>

#include "simulator/attacks.hpp"
#include "simulator/merge.hpp"
#include "simulator/money.hpp"
#include "simulator/thefts.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

enum class made_of { calls, money, a_registration };

struct honest_use {
    std::string_view name;
    std::string_view words;
    made_of kind;
    std::string_view steps;  // of make_use() or move_money(), or the changes of the registration
};

constexpr honest_use honest_uses[] = {
    {"monday_morning", "everybody calls at once, six calls each half minute, at home", made_of::calls,
     R"({"to": "+1415555####", "count": 6, "seconds": 120, "rate": "0.01", "waves": 20, "every_s": 30})"},
    {"campaign", "a call centre dials a list of numbers", made_of::calls,
     R"({"to": "+1312555####", "count": 10, "seconds": 90, "rate": "0.01", "waves": 30, "every_s": 10})"},
    {"month_end_bill", "the bill of a month, in one piece", made_of::money, R"({"spend": "55.00"})"},
    {"number_purchase", "the price of a number", made_of::money, R"({"spend": "1.00"})"},
    {"phone_moves", "a phone gets another address of its own network", made_of::a_registration,
     R"({"ua_ip": "203.0.113.21"})"},
};

}  // namespace

json::object use_honestly(account& on, std::string_view name, const json::object& options)
{
    const auto* const chosen = std::ranges::find(honest_uses, name, &honest_use::name);
    if (chosen == std::end(honest_uses)) {
        throw std::invalid_argument(
            fmt::format("there is no honest use named {}; the command honest_uses lists them", name));
    }
    json::object merged = json::parse(std::string(chosen->steps)).as_object();
    if (chosen->kind == made_of::a_registration) {
        author nobody = on.somebody();
        nobody.audited = false;
        return attack(on, "register_elsewhere", {{"changes", std::move(merged)}}, nobody);
    }
    merge(merged, options);
    return chosen->kind == made_of::calls ? make_use(on, merged) : move_money(on, merged);
}

json::array honest_use_names()
{
    json::array names;
    for (const honest_use& each : honest_uses) {
        names.push_back(json::object{{"name", each.name}, {"words", each.words}});
    }
    return names;
}

}  // namespace trunkwarden::simulator
