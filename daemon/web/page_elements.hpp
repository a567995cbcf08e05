#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "support/clock.hpp"
#include "web/html.hpp"

// The elements of which the sections of the page at "/" are made.

namespace trunkwarden::page {

html text(std::string_view raw);
html number(std::size_t count);

std::chrono::milliseconds span_between(time_point from, time_point to);

// "3 minutes ago", with the exact time behind it; "never".
html ago(time_point at, time_point now);
html ago(const std::optional<time_point>& at, time_point now);

// One word of a state or a severity, coloured by it.
html badge(std::string_view word);

// A line to copy into a shell.
html command(std::string_view line);

// A place to read on, of ours: a link where a browser can follow it from here.
html link(const std::string& url);

// A table's row, which its first cell names.
html row(std::initializer_list<html> cells);

// A table that scrolls alone on a phone, and that a keyboard reaches. `label` says what it shows.
html table(std::string_view label, std::initializer_list<std::string_view> heads, const html& rows);

}  // namespace trunkwarden::page
