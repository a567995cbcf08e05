#include "alerts/mail_conversation.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <system_error>
#include <utility>

namespace trunkwarden {
namespace {

constexpr std::size_t digits_of_a_code = 3;

// Of the last line of an answer, which may have several; 0 for another line.
unsigned code_in(std::string_view line)
{
    if (line.size() < digits_of_a_code || (line.size() > digits_of_a_code && line[digits_of_a_code] == '-'))
        return 0;
    unsigned out = 0;
    const auto* const end = line.data() + digits_of_a_code;
    const auto read = std::from_chars(line.data(), end, out);
    return read.ec == std::errc() && read.ptr == end ? out : 0;
}

bool is_for_now(unsigned code)
{
    return code / 100 == 4;
}

}  // namespace

mail_conversation::mail_conversation(std::string server, std::vector<std::string> recipients)
    : server_(std::move(server)), recipients_(std::move(recipients))
{
}

void mail_conversation::said(std::string_view command)
{
    if (command.starts_with("QUIT") || is_over_)
        is_over_ = true;
    else
        enter(command);
}

void mail_conversation::enter(std::string_view command)
{
    code_ = 0;
    if (command.starts_with("EHLO") || command.starts_with("HELO")) {
        stage_ = stage::greeting;
    } else if (command.starts_with("STARTTLS")) {
        stage_ = stage::starting_tls;
    } else if (command.starts_with("AUTH ")) {
        stage_ = stage::login;
    } else if (command.starts_with("MAIL FROM:")) {
        stage_ = stage::sender;
    } else if (command.starts_with("RCPT TO:")) {
        stage_ = stage::recipients;
        ++named_;
    } else if (command.starts_with("DATA")) {
        stage_ = stage::content;
    }
}

void mail_conversation::heard(std::string_view line)
{
    const auto code = code_in(line);
    if (code == 0 || is_over_)
        return;
    code_ = code;
    if (stage_ == stage::recipients && code / 100 != 2)
        refused_.push_back({named_ - 1, code});
}

// Nobody gets it now, and sending it again may help.
bool mail_conversation::somebody_later() const
{
    return stage_ == stage::recipients &&
           std::ranges::any_of(refused_,
                               [](const refused_recipient& recipient) { return is_for_now(recipient.code); });
}

std::optional<failure> mail_conversation::refusal() const
{
    if (code_ < 400 || code_ > 599)
        return std::nullopt;
    if (stage_ == stage::greeting)
        return failure{errc::unreachable, fmt::format("{} talks to nobody now ({})", server_, code_)};
    if (stage_ == stage::starting_tls)
        return failure{errc::untrusted,
                       fmt::format("{} starts no TLS ({}), which require_tls asks for", server_, code_)};
    if (is_for_now(code_) || somebody_later())
        return failure{errc::not_understood,
                       fmt::format("{} does not take the mail now ({})", server_, code_)};
    return failure{errc::bad_usage, fmt::format("{} refused the mail ({}): are from, to and the login right?",
                                                server_, code_)};
}

std::string mail_conversation::left_out() const
{
    if (refused_.empty())
        return {};
    const auto& first = refused_.front();
    const auto more = refused_.size() - 1;
    return fmt::format("{} took the mail, but not for {} ({}){}: is to right?", server_,
                       first.number < recipients_.size() ? recipients_[first.number] : "a recipient",
                       first.code, more == 0 ? std::string() : fmt::format(" and {} more", more));
}

}  // namespace trunkwarden
