#include "settings/secret_file.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>
#include <utility>

#include "support/text_file.hpp"

namespace trunkwarden {

result<secret> single_line_secret(std::string text, std::string_view subject, std::string_view where)
{
    constexpr std::string_view white = " \t\r\n";
    const auto last = text.find_last_not_of(white);
    const auto fault = [&text, subject, where](std::string_view wrong) {
        const secret wiped(std::move(text));
        return failure{errc::bad_file, fmt::format("{} {} {}", subject, where, wrong)};
    };
    if (last == std::string::npos)
        return fault("is empty");
    text.resize(last + 1);
    text.erase(0, text.find_first_not_of(white));
    const bool in_one_line = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (!in_one_line)
        return fault("must be one line of printable ASCII characters");
    return secret(std::move(text));
}

result<secret> read_secret_file(const std::filesystem::path& file, std::string_view subject)
{
    constexpr std::size_t largest = 4096;
    auto text = read_text_file(file, largest);
    if (!text)
        return failure{text.error().kind, fmt::format("{}: {}", subject, text.error().message)};
    return single_line_secret(std::move(*text), subject, fmt::format("in {}", file.string()));
}

std::optional<std::string> exposure_of(const std::filesystem::path& file)
{
    using std::filesystem::perms;
    std::error_code error;
    const auto mode = std::filesystem::status(file, error).permissions();
    if (error || (mode & (perms::others_read | perms::others_write)) == perms::none)
        return std::nullopt;
    return fmt::format("{} can be read or changed by every user (mode {:04o}); chmod 0640 it", file.string(),
                       static_cast<unsigned>(mode & perms::mask));
}

}  // namespace trunkwarden
