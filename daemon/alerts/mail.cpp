#include "alerts/mail.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "support/base64.hpp"
#include "support/date_names.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

bool is_plain_subject(std::string_view text)
{
    constexpr std::size_t short_enough = 60;
    const bool ascii = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    return ascii && text.size() <= short_enough && text.find("=?") == std::string_view::npos &&
           !text.starts_with(' ');
}

// As encoded words of RFC 2047, each of whole characters, one in a line of at most 76.
std::string encoded_words(std::string_view text)
{
    constexpr std::size_t in_a_word = 39;  // 52 in base64: fits behind "Subject: "
    std::string out;
    while (!text.empty()) {
        auto end = std::min(in_a_word, text.size());
        while (end < text.size() && end > 1 && continues_character(text[end]))
            --end;
        out += fmt::format("{}=?utf-8?B?{}?=", out.empty() ? "" : "\r\n ", base64(text.substr(0, end)));
        text.remove_prefix(end);
    }
    return out;
}

std::string encoded_lines(std::string_view text)
{
    constexpr std::size_t in_a_line = 57;  // 76 in base64
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(in_a_line, text.size())))
        out += base64(text.substr(0, in_a_line)) + "\r\n";
    return out;
}

std::string_view domain_of(std::string_view address)
{
    return address.substr(address.find('@') + 1);
}

}  // namespace

std::string mail_date(time_point at)
{
    const auto midnight = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::weekday weekday(midnight);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - midnight));
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", day_names.at(weekday.c_encoding()),
                       static_cast<unsigned>(date.day()),
                       month_names.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string bytes_of(const mail& mail)
{
    const auto domain = domain_of(mail.from);
    std::string out;
    const auto header = [&out](std::string_view name, std::string_view value) {
        out += fmt::format("{}: {}\r\n", name, value);
    };
    header("Date", mail_date(mail.sent));
    header("From", fmt::format("trunkwarden <{}>", mail.from));
    header("To", fmt::format("{}", fmt::join(mail.to, ",\r\n ")));
    header("Subject", is_plain_subject(mail.subject) ? mail.subject : encoded_words(mail.subject));
    header("Message-ID", fmt::format("<{}@{}>", mail.id, domain));
    if (!mail.thread.empty())
        header("References", fmt::format("<{}@{}>", mail.thread, domain));
    header("Auto-Submitted", "auto-generated");  // RFC 3834: nobody's holiday notice answers it
    header("MIME-Version", "1.0");
    header("Content-Type", "text/plain; charset=utf-8");
    header("Content-Transfer-Encoding", "base64");
    out += "\r\n";
    out += encoded_lines(mail.text);
    return out;
}

}  // namespace trunkwarden
