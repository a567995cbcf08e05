#include "support/yaml/yaml_section.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "support/ascii.hpp"
#include "support/parse_date.hpp"
#include "support/parse_duration.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

// The number that the whole of `text` spells in decimal.
template <class Number>
std::optional<Number> parse_number(std::string_view text)
{
    Number value{};
    const bool begins_well = !text.empty() && (text[0] == '-' || is_digit(text[0]));
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!begins_well || error != std::errc() || rest != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace

yaml_section::yaml_section(const yaml_node* node, std::string_view name, problem_list& problems)
    : name_(name), problems_(problems)
{
    if (node == nullptr)
        return;
    at_ = node->at;
    members_ = node->members;
    usable_ = node->is == yaml_node::form::map || node->is == yaml_node::form::null;
    if (!usable_)
        problems_.add(at_, fmt::format("{} must be a map of keys", name_));
}

const yaml_node* yaml_section::take(std::string_view key)
{
    if (std::ranges::find(known_, key) == known_.end())
        known_.push_back(key);
    const auto found = std::ranges::find(members_, key, &yaml_member::name);
    if (found == members_.end() || found->value.is == yaml_node::form::null)
        return nullptr;
    return &found->value;
}

text_mark yaml_section::place_of(std::string_view key) const
{
    const auto found = std::ranges::find(members_, key, &yaml_member::name);
    return found == members_.end() ? at_ : found->at;
}

const yaml_node* yaml_section::take_scalar(std::string_view key)
{
    const auto* value = take(key);
    if (value == nullptr || value->is == yaml_node::form::scalar)
        return value;
    refuse(value->at, fmt::format("{} must be a single value", key));
    return nullptr;
}

std::span<const yaml_node> yaml_section::take_list(std::string_view key)
{
    const auto* value = take(key);
    if (value == nullptr)
        return {};
    if (value->is != yaml_node::form::list)
        refuse(value->at, fmt::format("{} must be a list", key));
    return value->items;
}

void yaml_section::read(std::string_view key, std::string& into)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return;
    if (std::ranges::any_of(value->text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return refuse(value->at, fmt::format("{} must be one line without control characters", key));
    into = value->text;
}

void yaml_section::read(std::string_view key, bool& into)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return;
    if (value->text != "true" && value->text != "false")
        return refuse(value->at,
                      fmt::format("{} must be true or false, not {}", key, quoted_text(value->text)));
    into = value->text == "true";
}

void yaml_section::read(std::string_view key, std::optional<day>& into)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return;
    const auto date = parse_date(value->text);
    if (!date)
        return refuse(value->at,
                      fmt::format("{} must be a day of the calendar, written as 2027-03-31, not {}{}", key,
                                  quoted_text(value->text), date_suggestion(value->text)));
    into = date;
}

void yaml_section::read(std::string_view key, std::chrono::milliseconds& into)
{
    read_duration(key, std::chrono::milliseconds(1), into);
}

void yaml_section::read_zero_or_more(std::string_view key, std::chrono::milliseconds& into)
{
    read_duration(key, std::chrono::milliseconds(0), into);
}

void yaml_section::read_duration(std::string_view key, std::chrono::milliseconds least,
                                 std::chrono::milliseconds& into)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return;
    const auto span = parse_duration(value->text);
    if (!span)
        return refuse(value->at,
                      fmt::format("{} must be a duration such as 500ms, 10s, 5m, 12h or 7d, not {}", key,
                                  quoted_text(value->text)));
    if (*span < least)
        return refuse(value->at, fmt::format("{} must be longer than 0s", key));
    into = *span;
}

void yaml_section::read_whole(std::string_view key, unsigned& into, unsigned least, unsigned most)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return;
    const auto number = parse_number<unsigned>(value->text);
    if (!number || *number < least || *number > most)
        return refuse(value->at, fmt::format("{} must be a whole number from {} to {}, not {}", key, least,
                                             most, quoted_text(value->text)));
    into = *number;
}

void yaml_section::read_whole(std::string_view key, std::optional<unsigned>& into, unsigned most)
{
    if (take(key) == nullptr)
        return;
    const auto before = problems_.count();
    unsigned number = 0;
    read_whole(key, number, 0, most);
    if (problems_.count() == before)
        into = number;
}

void yaml_section::read(std::string_view key, std::optional<amount>& into)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return;
    const auto written = parse_amount(value->text);
    if (!written || *written < amount{})
        return refuse(value->at,
                      fmt::format("{} must be an amount of the account's currency such as \"25.00\", not {}",
                                  key, quoted_text(value->text)));
    into = written;
}

void yaml_section::read_number(std::string_view key, double& into, double least, double most)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return;
    const auto number = parse_number<double>(value->text);
    if (!number || !(*number >= least && *number <= most))
        return refuse(value->at, fmt::format("{} must be a number from {} to {}, not {}", key, least, most,
                                             quoted_text(value->text)));
    into = *number;
}

std::optional<std::size_t> yaml_section::take_choice(std::string_view key,
                                                     std::span<const std::string_view> words)
{
    const auto* value = take_scalar(key);
    if (value == nullptr)
        return std::nullopt;
    const auto found = std::ranges::find(words, value->text);
    if (found == words.end()) {
        refuse(value->at, fmt::format("{} cannot be {}{}", key, quoted_text(value->text),
                                      suggestion(value->text, words)));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - words.begin());
}

void yaml_section::refuse_unknown_keys()
{
    for (const auto& member : members_)
        if (std::ranges::find(known_, member.name) == known_.end())
            refuse(member.at, fmt::format("unknown key {}{}", quoted_text(member.name),
                                          suggestion(member.name, known_)));
}

}  // namespace trunkwarden
