#include "fetch/allowance.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "fetch/retry.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

using std::chrono::seconds;

// The draft's example has two windows. An answer with many must not make the budget large.
constexpr std::size_t most_windows = 4;
constexpr std::uint64_t longest_window = std::uint64_t{366} * 24 * 3600;  // seconds

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view spaces = " \t";
    const auto first = text.find_first_not_of(spaces);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::optional<std::uint64_t> whole_number(std::string_view text)
{
    text = trimmed(text);
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || problem != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

// Takes the text before the next `mark` that is not inside quotes.
std::string_view take_until(char mark, std::string_view& rest)
{
    bool quoted = false;
    std::size_t at = 0;
    for (; at < rest.size() && (quoted || rest[at] != mark); ++at)
        quoted = quoted != (rest[at] == '"');
    const auto taken = rest.substr(0, at);
    rest.remove_prefix(std::min(rest.size(), at + 1));
    return taken;
}

struct quota {
    std::uint64_t limit = 0;
    seconds length{};
};

// "40", "40;w=60", "40;w=60;name=\"per key\""
std::optional<quota> quota_of(std::string_view item)
{
    const auto limit = whole_number(take_until(';', item));
    if (!limit)
        return std::nullopt;
    quota out{*limit, {}};
    while (!item.empty()) {
        const auto parameter = trimmed(take_until(';', item));
        if (!parameter.starts_with("w="))
            continue;
        const auto length = whole_number(parameter.substr(2));
        if (!length || *length == 0 || *length > longest_window)
            return std::nullopt;
        out.length = seconds(*length);
    }
    return out;
}

std::optional<std::vector<quota>> quotas_of(std::string_view header)
{
    std::vector<quota> out;
    while (!header.empty()) {
        const auto quota = quota_of(take_until(',', header));
        if (!quota)
            return std::nullopt;
        if (out.size() <= most_windows)
            out.push_back(*quota);
    }
    return out;
}

// The window that `remaining` and `reset` are about: the shortest one with the first limit that is not over
// before the reset. A reset as Unix time may be up to two seconds late.
seconds length_of(const std::vector<quota>& told, const std::optional<std::chrono::milliseconds>& until)
{
    constexpr auto rounding = seconds(2);
    seconds shortest{};
    for (const auto& quota : told) {
        const bool fits = quota.limit == told.front().limit && quota.length.count() > 0 &&
                          (!until || *until <= quota.length + rounding);
        if (fits && (shortest.count() == 0 || quota.length < shortest))
            shortest = quota.length;
    }
    return shortest;
}

// Which header says something that cannot be read.
optional_reason unread_header(const answer_hints& hints, const std::optional<std::vector<quota>>& limit,
                              const std::optional<std::uint64_t>& remaining,
                              const std::optional<std::chrono::milliseconds>& reset)
{
    const auto shown = [](std::string_view header, const std::string& text) {
        constexpr std::size_t enough = 60;
        return std::string(header) + ": " + printable(text, enough);
    };
    if (!limit)
        return shown("x-ratelimit-limit", hints.rate_limit);
    if (!remaining && !hints.rate_remaining.empty())
        return shown("x-ratelimit-remaining", hints.rate_remaining);
    if (!reset && !hints.rate_reset.empty())
        return shown("x-ratelimit-reset", hints.rate_reset);
    return std::nullopt;
}

}  // namespace

told_allowances allowances_of(const answer_hints& hints, time_point now)
{
    told_allowances out;
    const auto told = quotas_of(hints.rate_limit);
    const auto remaining = whole_number(hints.rate_remaining);
    const auto until = until_reset(hints, now);
    out.unread = unread_header(hints, told, remaining, until);
    if (!told || told->empty())
        return out;

    const auto length = length_of(*told, until);
    const auto& now_limit = told->front();
    if (remaining && (until || length.count() > 0))
        out.windows.push_back(allowance{now_limit.limit, *remaining, until.value_or(length), length});
    for (const auto& quota : *told) {
        const bool is_known = std::ranges::any_of(
            out.windows, [&quota](const allowance& known) { return known.length == quota.length; });
        if (quota.length.count() > 0 && !is_known && out.windows.size() < most_windows)
            out.windows.push_back(allowance{quota.limit, quota.limit, quota.length, quota.length, false});
    }
    return out;
}

}  // namespace trunkwarden
