#include "simulator/money.hpp"

#include <stdexcept>
#include <string_view>

#include "simulator/cents.hpp"
#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;

json::object move_money(account& on, const json::object& options)
{
    const std::string_view name = options.contains("spend") ? "spend" : "top_up";
    if (!options.contains(name)) {
        throw std::invalid_argument("\"spend\" or \"top_up\" is missing");
    }
    const auto by = cents_of(member_text(options, name, "")) * (name == "spend" ? -1 : 1);
    const auto& before = on.single("/balance");
    json::object after;
    for (const std::string_view member : {"balance", "available_credit"}) {
        after[member] = text_of_cents(cents_of(scalar_text(before.at(member))) + by);
    }
    return on.change_single("/balance", after, author{.user_id = {}, .audited = false});
}

}  // namespace trunkwarden::simulator
