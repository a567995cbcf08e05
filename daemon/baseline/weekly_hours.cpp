#include "baseline/weekly_hours.hpp"

#include <algorithm>
#include <date/tz.h>
#include <exception>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

using local_moment = date::local_time<time_point::duration>;

// The clock of a zone; nullptr is UTC, for which no data base is needed.
class local_clock {
public:
    explicit local_clock(const date::time_zone* zone) : zone_(zone) {}

    local_moment at(time_point when) const
    {
        if (zone_ == nullptr)
            return local_moment(when.time_since_epoch());
        return zone_->to_local(when);
    }

    // The first and the last moment at which it shows this time: the same but for an hour that comes twice.
    // A time that is skipped is the moment after it.
    std::pair<time_point, time_point> when(local_moment shown) const
    {
        if (zone_ == nullptr) {
            const time_point utc(shown.time_since_epoch());
            return {utc, utc};
        }
        return {zone_->to_sys(shown, date::choose::earliest), zone_->to_sys(shown, date::choose::latest)};
    }

private:
    const date::time_zone* zone_;
};

namespace {

constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::string_view example = "\"Mon..Fri 07:00-20:00 America/Chicago\"";

std::size_t weekday_of(date::local_days on)
{
    return date::weekday(on).iso_encoding() - 1;
}

bool contains(const weekly_hours::part& part, local_moment shown)
{
    const auto today = date::floor<date::days>(shown);
    const auto since_midnight = shown - today;
    if (part.days.at(weekday_of(today)) && since_midnight >= part.begin && since_midnight < part.end)
        return true;
    const auto yesterday = today - date::days(1);
    return part.days.at(weekday_of(yesterday)) && since_midnight + date::days(1) < part.end;
}

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> out;
    while (true) {
        const auto first = text.find_first_not_of(" \t");
        if (first == std::string_view::npos)
            return out;
        text.remove_prefix(first);
        const auto last = std::min(text.find_first_of(" \t"), text.size());
        out.push_back(text.substr(0, last));
        text.remove_prefix(last);
    }
}

std::optional<int> number_in(std::string_view digits, int most)
{
    if (digits.size() != 2 || digits[0] < '0' || digits[0] > '9' || digits[1] < '0' || digits[1] > '9')
        return std::nullopt;
    const int value = (digits[0] - '0') * 10 + (digits[1] - '0');
    return value <= most ? std::optional(value) : std::nullopt;
}

// "07:00"; 24:00 is the end of the day.
std::optional<std::chrono::minutes> time_of_day(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    const auto hour = number_in(text.substr(0, 2), 24);
    const auto minute = number_in(text.substr(3), 59);
    if (!hour || !minute || (*hour == 24 && *minute != 0))
        return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

result<std::size_t> day_named(std::string_view name)
{
    const auto found = std::ranges::find(day_names, name);
    if (found == day_names.end())
        return bad_usage("{} in hours is not a day{}", quoted_text(name),
                         suggestion(name, std::span<const std::string_view>(day_names)));
    return static_cast<std::size_t>(found - day_names.begin());
}

// "Mon", "Mon..Fri", "Sat..Mon"
result<std::array<bool, 7>> days_in(std::string_view text)
{
    const auto dots = text.find("..");
    const auto first = day_named(text.substr(0, dots));
    if (!first)
        return first.error();
    const auto last = dots == std::string_view::npos ? first : day_named(text.substr(dots + 2));
    if (!last)
        return last.error();
    std::array<bool, 7> out{};
    for (auto at = *first;; at = (at + 1) % out.size()) {
        out.at(at) = true;
        if (at == *last)
            return out;
    }
}

// "07:00-20:00", "22:00-06:00"
result<std::pair<std::chrono::minutes, std::chrono::minutes>> span_in(std::string_view text)
{
    const auto dash = text.find('-');
    const auto begin = time_of_day(text.substr(0, dash));
    const auto end = dash == std::string_view::npos ? std::nullopt : time_of_day(text.substr(dash + 1));
    if (!begin || !end || *begin == std::chrono::hours(24))
        return bad_usage("{} in hours is no span of time; write it as \"07:00-20:00\"", quoted_text(text));
    if (*begin == *end)
        return bad_usage("{} in hours begins and ends at the same time; a whole day is \"00:00-24:00\"",
                         quoted_text(text));
    return std::pair(*begin, *end > *begin ? *end : *end + std::chrono::hours(24));
}

result<weekly_hours::part> part_in(std::string_view text)
{
    const auto words = words_of(text);
    if (words.empty() || words.size() > 2)
        return bad_usage("{} in hours is not days and a span of time; write hours as {}", quoted_text(text),
                         example);
    weekly_hours::part out;
    out.days.fill(true);
    if (words.size() == 2) {
        const auto days = days_in(words.front());
        if (!days)
            return days.error();
        out.days = *days;
    }
    const auto span = span_in(words.back());
    if (!span)
        return span.error();
    std::tie(out.begin, out.end) = *span;
    return out;
}

failure unknown_zone(std::string_view name, const date::tzdb& zones)
{
    std::vector<std::string_view> names;
    for (const auto& zone : zones.zones)
        names.push_back(zone.name());
    return bad_usage(
        "{} in hours is not a time zone that this host knows{}; the names are those of "
        "/usr/share/zoneinfo, such as America/Chicago or UTC",
        quoted_text(name), suggestion(name, names));
}

result<std::shared_ptr<const local_clock>> clock_of(std::string_view name)
{
    if (name == "UTC")
        return std::make_shared<const local_clock>(nullptr);
    try {  // the library has no other way to say that there are no zones
        const auto& zones = date::get_tzdb();
        const auto found = std::ranges::find(zones.zones, name, &date::time_zone::name);
        if (found == zones.zones.end())
            return unknown_zone(name, zones);
        static_cast<void>(found->to_local(time_point{}));  // reads its file now
        return std::make_shared<const local_clock>(&*found);
    } catch (const std::exception&) {
        return bad_usage("the time zone {} in hours cannot be read from /usr/share/zoneinfo: install tzdata",
                         quoted_text(name));
    }
}

std::string joined(std::span<const std::string_view> words)
{
    return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

weekly_hours::weekly_hours(std::string text, std::vector<part> parts,
                           std::shared_ptr<const local_clock> clock)
    : text_(std::move(text)), parts_(std::move(parts)), clock_(std::move(clock))
{
}

bool weekly_hours::cover(time_point at) const
{
    const auto shown = clock_->at(at);
    return std::ranges::any_of(parts_, [shown](const part& part) { return contains(part, shown); });
}

// Some of a span is covered if an end of it is, or if a part begins within it.
bool weekly_hours::cover_some_of(time_point from, time_point until) const
{
    if (cover(from) || cover(until))
        return true;
    const auto last = date::floor<date::days>(clock_->at(until)) + date::days(1);
    auto on = date::floor<date::days>(clock_->at(from)) - date::days(1);
    on = std::max(on, last - date::days(9));
    for (; on <= last; on += date::days(1))
        for (const auto& part : parts_) {
            const auto [first, second] = clock_->when(local_moment(on) + part.begin);
            for (const auto begin : {first, second})
                if (begin >= from && begin <= until && cover(begin))
                    return true;
        }
    return false;
}

result<weekly_hours> parse_weekly_hours(std::string_view text)
{
    auto words = words_of(text);
    if (words.size() < 2 || words.back().find(':') != std::string_view::npos)
        return bad_usage("hours {} must end with a time zone, as in {}", quoted_text(text), example);
    const auto zone = words.back();
    auto clock = clock_of(zone);
    if (!clock)
        return clock.error();
    words.pop_back();
    const auto before_zone = joined(words);
    std::vector<weekly_hours::part> parts;
    std::string canonical;
    for (std::string_view rest = before_zone;;) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto part = part_in(rest.substr(0, comma));
        if (!part)
            return part.error();
        parts.push_back(*part);
        canonical += (canonical.empty() ? "" : ", ") + joined(words_of(rest.substr(0, comma)));
        if (comma == rest.size())
            break;
        rest.remove_prefix(comma + 1);
    }
    return weekly_hours(canonical + ' ' + std::string(zone), std::move(parts), *std::move(clock));
}

}  // namespace trunkwarden
