#include "settings/mail_rules.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "support/mail_address.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

std::vector<std::string> mail_addresses_in(std::string_view list)
{
    constexpr std::string_view blanks = " \t";
    std::vector<std::string> out;
    for (;;) {
        const auto comma = list.find(',');
        auto part = list.substr(0, comma);
        part.remove_prefix(std::min(part.find_first_not_of(blanks), part.size()));
        part = part.substr(0, part.find_last_not_of(blanks) + 1);
        out.emplace_back(part);
        if (comma == std::string_view::npos)
            return out;
        list.remove_prefix(comma + 1);
    }
}

result<listen_address> parse_smarthost(std::string_view text)
{
    auto parsed = parse_listen_address(text);
    const auto is_of_a_host = [](char c) { return is_in_domain(c) || c == ':'; };  // or of an address
    if (!parsed || parsed->host.empty() || parsed->port == 0 ||
        !std::ranges::all_of(parsed->host, is_of_a_host))
        return bad_usage("smarthost must be HOST:PORT such as mail.example.com:587, not {}",
                         quoted_text(text));
    return parsed;
}

bool begins_with_tls(const listen_address& smarthost)
{
    constexpr std::uint16_t port_of_tls = 465;
    return smarthost.port == port_of_tls;
}

void check_mail(yaml_section& section, const mail_settings& mail)
{
    if (const auto host = parse_smarthost(mail.smarthost); !mail.smarthost.empty() && !host)
        section.refuse(section.take("smarthost")->at, host.error().message);
    if (!mail.from.empty() && !is_mail_address(mail.from))
        section.refuse(section.take("from")->at,
                       "from must be one address such as trunkwarden@example.com, without a name beside it");
    if (!mail.to.empty() && !std::ranges::all_of(mail_addresses_in(mail.to), is_mail_address))
        section.refuse(section.take("to")->at,
                       "to must list addresses such as noc@example.com, with commas between them and without "
                       "names beside them");
    const bool has_name = !mail.auth_username.empty();
    if (has_name == mail.auth_password_file.empty())
        section.refuse(section.place_of(has_name ? "auth_username" : "auth_password_file"),
                       "auth_username and auth_password_file need each other");
    if (has_name && !mail.require_tls)
        section.refuse(section.place_of("require_tls"),
                       "require_tls cannot be false with auth_username: the password would go in clear");
}

}  // namespace trunkwarden
