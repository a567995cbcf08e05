#include "containment/lockdown_rounds.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cstdint>

#include "containment/json_path.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// The number in the member; 0 when there is none. A number that was just made is unsigned, and one that was
// read is not.
unsigned number_in(const json::object& line, std::string_view member)
{
    const auto* value = line.if_contains(view(member));
    constexpr std::uint64_t most = 1'000'000;
    if (value == nullptr)
        return 0;
    json::error_code no_number;
    const auto number = value->to_number<std::uint64_t>(no_number);
    return no_number || number > most ? 0 : static_cast<unsigned>(number);
}

}  // namespace

void lockdown_rounds::note(const json::object& line)
{
    const auto round = number_in(line, "round");
    const auto event = text_at(line, "event");
    if (text_at(line, "state") == "done")
        done_[text_at(line, "item")] = std::max(round, 1U);
    if (event == "exposed")
        exposed_round_ = std::max(exposed_round_, round);
    const auto* items = line.if_contains("items");
    if (event != "rotate_again" || items == nullptr || !items->is_array())
        return;
    last_round_ = std::max(last_round_, round);
    for (const auto& item : items->get_array())
        if (item.is_string())
            due_[std::string(item.get_string())] = round;
}

bool lockdown_rounds::is_done(const std::string& item) const
{
    const auto found = done_.find(item);
    return found != done_.end() && found->second >= round_of(item);
}

unsigned lockdown_rounds::round_of(const std::string& item) const
{
    const auto found = due_.find(item);
    return found == due_.end() ? 1 : found->second;
}

bool lockdown_rounds::is_interrupted(const std::vector<std::string>& items) const
{
    const bool is_the_last =
        last_round_ > 1 && exposed_round_ < last_round_ &&
        std::ranges::all_of(items, [this](const std::string& item) { return round_of(item) == last_round_; });
    return is_the_last &&
           !std::ranges::all_of(items, [this](const std::string& item) { return is_done(item); });
}

}  // namespace trunkwarden
