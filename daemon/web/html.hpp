#pragma once

#include <concepts>
#include <cstddef>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

namespace trunkwarden {

// Markup that can go into a page as it is. A text becomes one by being escaped and in no other way: the text
// of an intruder in the account stays text.
class html {
public:
    html() = default;

    // As one line in which everything can be seen (printable()), cut at `limit` bytes.
    static html text(std::string_view raw, std::size_t limit = 400);

    // A pattern of ours in which {} are replaced; it never comes from elsewhere.
    template <std::same_as<html>... Parts>
    static html format(std::string_view pattern, const Parts&... parts)
    {
        html out;
        out.markup_ = fmt::format(fmt::runtime(pattern), parts.markup_...);
        return out;
    }

    html& operator+=(const html& more)
    {
        markup_ += more.markup_;
        return *this;
    }
    bool empty() const { return markup_.empty(); }
    std::string take() && { return std::move(markup_); }

private:
    std::string markup_;
};

}  // namespace trunkwarden
