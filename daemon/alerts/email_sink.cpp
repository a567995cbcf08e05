#include "alerts/email_sink.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "alerts/mail.hpp"
#include "alerts/message.hpp"
#include "settings/mail_rules.hpp"
#include "settings/secret_file.hpp"
#include "support/ascii.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t most_in_a_mail = 20;  // findings of opened_many

// The characters of an id that a Message-ID may contain.
std::string plain_part(std::string_view text)
{
    std::string out(text);
    std::erase_if(out, [](char c) { return !is_letter_or_digit(c) && c != '-'; });
    return out;
}

std::string subject_of(std::string_view event, const message& about)
{
    return fmt::format("[{}] {} on {}: {}", shouted(about.severity), words_for_event(event), about.account,
                       about.title);
}

void add_mail_link(std::string& to, std::string_view words, std::string_view url)
{
    if (!url.empty())
        to += fmt::format("{}: {}\n", words, url);
}

std::string mail_text(std::string_view event, const message& about)
{
    auto out = fmt::format("{} - {} on {}\n\n{}\n\n", shouted(about.severity), words_for_event(event),
                           about.account, about.title);
    if (event != "test")
        out += fmt::format("{}\n\nFinding: {}\n", details_of(about), id_with_state(about));
    add_mail_link(out, "On the status page", about.url);
    add_mail_link(out, "All of this incident", about.incident_url);
    add_mail_link(out, "What it means", about.runbook_url);
    return out;
}

std::string mail_text_of_many(const notification& notification)
{
    const auto told = std::min(notification.findings.size(), most_in_a_mail);
    auto out = words_of_many(notification.account, findings_in_all(notification), told) + "\n\n";
    for (const auto& finding : heaviest_first(notification.findings, told)) {
        const auto about = message_of(finding);
        out += fmt::format("{} - {} ({})\n", shouted(about.severity), about.title, id_with_state(about));
    }
    out += "\nNext: trunkwarden findings\n";
    add_mail_link(out, "On the status page", notification.url);
    return out;
}

std::string mail_text_of_incident(const notification& notification)
{
    auto out = headline_of_incident(notification) + "\n\n";
    for (const auto& finding : notification.findings)
        out += line_of_incident(finding) + '\n';
    if (reports_worse(notification) && !notification.incident->first.empty())
        out += fmt::format("\nWhat to do first:\n{}\n", numbered(notification.incident->first));
    out += '\n';
    add_mail_link(out, "All of this incident", notification.incident->url);
    return out;
}

class email_sink final : public alert_sink {
public:
    email_sink(std::string from, std::vector<std::string> to, std::string base_url)
        : from_(std::move(from)), to_(std::move(to)), base_url_(std::move(base_url))
    {
    }

    const std::string& base_url() const override { return base_url_; }

    std::vector<http_request> requests_for(const notification& notification, time_point now) const override;

private:
    std::string from_;
    std::vector<std::string> to_;
    std::string base_url_;
};

std::vector<http_request> email_sink::requests_for(const notification& notification, time_point now) const
{
    mail out;
    out.from = from_;
    out.to = to_;
    out.id = plain_part(notification.delivery_id);
    out.sent = now;
    if (notification.incident) {
        out.subject = headline_of_incident(notification);
        out.thread = plain_part(notification.incident->id);
        out.text = mail_text_of_incident(notification);
    } else if (notification.event == "opened_many") {
        out.subject = words_of_many(notification.account, findings_in_all(notification),
                                    std::min(notification.findings.size(), most_in_a_mail));
        out.text = mail_text_of_many(notification);
    } else {
        const auto about = message_of(notification.findings.at(0));
        out.subject = subject_of(notification.event, about);
        out.thread = plain_part(about.id);
        out.text = mail_text(notification.event, about);
    }
    return {mail_request(bytes_of(out), to_)};
}

constexpr const char* recipient_header = "To";

}  // namespace

http_request mail_request(std::string mail, const std::vector<std::string>& recipients)
{
    http_request out;
    out.method = "MAIL";
    out.body = std::move(mail);
    for (const auto& recipient : recipients)
        out.headers.push_back({recipient_header, recipient});
    return out;
}

std::vector<std::string> recipients_of(const http_request& mail)
{
    std::vector<std::string> out;
    for (const auto& header : mail.headers)
        if (header.name == recipient_header)
            out.push_back(header.value);
    return out;
}

result<std::unique_ptr<alert_sink>> create_email_sink(const sink_settings& settings)
{
    const auto host = parse_smarthost(settings.mail.smarthost);
    if (!host)
        return failure{errc::bad_usage, fmt::format("sink {}: {}", settings.name, host.error().message)};
    if (!settings.mail.auth_password_file.empty())
        if (const auto password = read_secret_file(settings.mail.auth_password_file,
                                                   fmt::format("the password of sink {}", settings.name));
            !password)
            return password.error();
    // Not a place for HTTP: it names host and port for those who try the way there.
    return std::make_unique<email_sink>(settings.mail.from, mail_addresses_in(settings.mail.to),
                                        "https://" + settings.mail.smarthost);
}

}  // namespace trunkwarden
