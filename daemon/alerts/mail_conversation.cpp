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
    const auto never = names_of_refused(refusal_holds::for_good);
    const auto later = names_of_refused(refusal_holds::for_now);
    std::string out;
    if (!never.empty())
        out = fmt::format("not for {}: is to right?", never);
    if (!later.empty())
        out += fmt::format("{}not yet for {}", out.empty() ? "" : " And ", later);
    return out.empty() ? out : fmt::format("{} took the mail, but {}", server_, out);
}

// "boss@example.com (550) and 1 more"; "" for nobody.
std::string mail_conversation::names_of_refused(refusal_holds how_long) const
{
    std::string first;
    std::size_t more = 0;
    for (const auto& refused : refused_) {
        if (is_for_now(refused.code) != (how_long == refusal_holds::for_now))
            continue;
        if (!first.empty())
            ++more;
        else
            first = fmt::format(
                "{} ({})", refused.number < recipients_.size() ? recipients_[refused.number] : "a recipient",
                refused.code);
    }
    return more == 0 ? first : fmt::format("{} and {} more", first, more);
}

std::vector<std::string> mail_conversation::later() const
{
    std::vector<std::string> out;
    for (const auto& refused : refused_)
        if (is_for_now(refused.code) && refused.number < recipients_.size())
            out.push_back(recipients_[refused.number]);
    return out;
}

}  // namespace trunkwarden
