#include "support/yaml/closest_match.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <utility>

#include "support/ascii.hpp"

namespace trunkwarden {

namespace {

constexpr std::size_t max_word = 64;

char folded(char c)
{
    return c == '-' ? '_' : to_lower(c);
}

// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`.
std::size_t distance(std::string_view a, std::string_view b)
{
    using row = std::array<std::size_t, max_word + 1>;
    row before_last{};
    row last{};
    row current{};
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = folded(a[i - 1]) == folded(b[j - 1]);
            current[j] = std::min({last[j] + 1, current[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) &&
                folded(a[i - 2]) == folded(b[j - 1]))
                current[j] = std::min(current[j], before_last[j - 2] + 1);
        }
        before_last = std::exchange(last, current);
    }
    return last[b.size()];
}

std::size_t tolerance(std::size_t length)
{
    return length <= 3 ? 1 : length <= 7 ? 2 : std::min<std::size_t>(length / 3, 4);
}

// "channel_limit" for "outbound.channel_limit"
bool is_last_part(std::string_view text, std::string_view path)
{
    return path.size() > text.size() && path.ends_with(text) && path[path.size() - text.size() - 1] == '.';
}

}  // namespace

std::string_view closest_match(std::string_view text, std::span<const std::string_view> known)
{
    if (text.empty() || text.size() > max_word)
        return {};
    std::string_view best;
    std::size_t least = tolerance(text.size()) + 1;
    for (const auto word : known) {
        if (word.size() > max_word)
            continue;
        const auto steps = is_last_part(text, word) ? 1 : distance(text, word);
        if (steps < least) {
            least = steps;
            best = word;
        }
    }
    return best;
}

std::string suggestion(std::string_view text, std::span<const std::string_view> known)
{
    constexpr std::size_t max_listed = 16;
    if (const auto meant = closest_match(text, known); !meant.empty())
        return fmt::format("; did you mean \"{}\"?", meant);
    return known.empty() || known.size() > max_listed
               ? std::string()
               : fmt::format("; known here: {}", fmt::join(known, ", "));
}

}  // namespace trunkwarden
