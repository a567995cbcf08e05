#include "baseline/url_pattern.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>

#include "baseline/wildcard.hpp"
#include "support/ascii.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {

namespace {

constexpr auto npos = std::string_view::npos;

// A URL, or a pattern of one, cut where its parts end. A backslash ends the host, too: half of the world
// reads it as a slash, the other half does not.
struct url_parts {
    std::string_view scheme;     // "https"; empty: it has no "scheme://"
    std::string_view authority;  // the host, with user and port
    std::string_view rest;       // from the path, the query or the fragment on
};

bool is_scheme(std::string_view text)
{
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [](char c) {
        return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    });
}

// In a pattern the backslash of "\*" belongs to the star.
std::size_t end_of_authority(std::string_view text, bool is_pattern)
{
    std::size_t at = 0;
    while (at < text.size() && std::string_view("/?#\\").find(text[at]) == npos)
        ++at;
    const bool is_escape = is_pattern && text.substr(at, 2) == "\\*";
    return is_escape ? at + 2 + end_of_authority(text.substr(at + 2), is_pattern) : at;
}

url_parts parts_of(std::string_view text, bool is_pattern)
{
    const auto colon = text.find("://");
    if (colon == npos || !is_scheme(text.substr(0, colon)))
        return {};
    const auto after = text.substr(colon + 3);
    const auto end = end_of_authority(after, is_pattern);
    return {text.substr(0, colon), after.substr(0, end), after.substr(end)};
}

// "user:password@" and ":8443" taken away; a literal IPv6 address keeps its brackets.
std::string_view host_of(std::string_view authority)
{
    const auto at = authority.rfind('@');
    auto host = at == npos ? authority : authority.substr(at + 1);
    if (host.starts_with('['))
        return host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
    return host.substr(0, host.find(':'));
}

bool is_any(std::string_view pattern)
{
    return !pattern.empty() && pattern.find_first_not_of('*') == npos;
}

// The host without the wildcards at its end, as far as its labels are whole: of "ivr.example.com*" all, of
// "ivr.*" and "*" nothing that could be a host.
std::string host_before_open_end(std::string_view host)
{
    const auto end = host.find_last_not_of('*');
    auto closed = std::string(host.substr(0, end == npos ? 0 : end + 1));
    return has_wildcard(closed) || closed.find('.') == std::string::npos || closed.ends_with('.') ? ""
                                                                                                  : closed;
}

std::string fault_of_open_end(const url_parts& parts, std::string_view host, std::string_view port)
{
    const auto closed = host_before_open_end(host);
    const auto instead = fmt::format("{}://{}{}{}", parts.scheme, closed, port,
                                     parts.rest.empty() ? std::string_view("/*") : parts.rest);
    return "the owner of any domain could have a host that begins like this; " +
           (closed.empty() ? fmt::format("write the domain out, such as {}://*.example.com/*", parts.scheme)
                           : fmt::format("write {}", quoted_text(instead)));
}

// Whether "*" before the path may match this character.
bool is_host_character(char c)
{
    return is_letter(c) || is_digit(c) || c == '-' || c == '.';
}

// A character that no text has, in place of a wildcard.
constexpr char any_run = '\x01';

bool is_host_character_or_run(char c)
{
    return is_host_character(c) || c == any_run;
}

std::string with_runs(std::string_view pattern)
{
    std::string text;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const bool is_star = pattern.substr(at, 2) == "\\*";
        text += is_star ? '*' : pattern[at] == '*' ? any_run : pattern[at];
        at += is_star ? 1 : 0;
    }
    return text;
}

// Domains in which anybody can get a name. A star at the beginning of one covers every domain below that
// name, too.
constexpr auto shared_domains = std::to_array<std::string_view>({
    "*.amazonaws.com",
    "*.azure.com",
    "*.windows.net",
    "*.googleapis.com",
    "*.run.app",
    "*.ngrok.io",
    "*.ngrok.app",
    "*.ngrok.dev",
    "*.ngrok-free.app",
    "*.ngrok-free.dev",
    "*.ts.net",
    "*.railway.app",
    "awsapps.com",
    "appspot.com",
    "azurefd.net",
    "azureedge.net",
    "azurewebsites.net",
    "azurestaticapps.net",
    "azure-api.net",
    "beeceptor.com",
    "bitbucket.io",
    "cloudflareaccess.com",
    "cloudfront.net",
    "cloudfunctions.net",
    "ddns.net",
    "deno.dev",
    "digitaloceanspaces.com",
    "duckdns.org",
    "dyndns.org",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "glitch.me",
    "herokuapp.com",
    "herokudns.com",
    "hopto.org",
    "koyeb.app",
    "lambda-url.aws",
    "lhr.life",
    "linodeobjects.com",
    "loca.lt",
    "localhost.run",
    "localtunnel.me",
    "m.pipedream.net",
    "myshopify.com",
    "netlify.app",
    "nip.io",
    "no-ip.org",
    "now.sh",
    "ondigitalocean.app",
    "onrender.com",
    "page.link",
    "pages.dev",
    "pipedream.net",
    "pythonanywhere.com",
    "r2.dev",
    "repl.co",
    "replit.app",
    "replit.dev",
    "serveo.net",
    "sslip.io",
    "supabase.co",
    "surge.sh",
    "sytes.net",
    "trafficmanager.net",
    "trycloudflare.com",
    "twil.io",
    "vercel.app",
    "wasabisys.com",
    "web.app",
    "webhook.site",
    "workers.dev",
    "xip.io",
    "zapto.org",
});

// Under a country's code these are for everybody who registers a name.
constexpr auto registry_labels = std::to_array<std::string_view>(
    {"ac", "co",  "com", "edu", "go",  "gob", "gov", "gv",  "id",  "info", "ltd",
     "me", "mil", "ne",  "net", "nom", "or",  "org", "plc", "sch", "web"});

bool is_shared(std::string_view domain)
{
    return std::ranges::any_of(shared_domains, [domain](std::string_view shared) {
        if (!shared.starts_with("*."))
            return domain == shared;
        return domain == shared.substr(2) || domain.ends_with(shared.substr(1));
    });
}

// "co.uk" and its like; `domain` has one dot.
bool is_of_registry(std::string_view domain)
{
    const auto dot = domain.find('.');
    return domain.size() - dot - 1 == 2 &&
           std::ranges::find(registry_labels, domain.substr(0, dot)) != registry_labels.end();
}

}  // namespace

namespace {

// A fault of a pattern, and the advice about it.
struct pattern_fault {
    std::string_view sentence;  // "cannot ..."
    std::string advice;
};

std::optional<pattern_fault> fault_of(std::string_view pattern);

pattern_fault fault_without_scheme(std::string_view pattern)
{
    const auto colon = pattern.find("://");
    const auto instead = fmt::format("https://{}", pattern.substr(colon == npos ? 0 : colon + 3));
    const bool has_port_or_user =
        pattern.substr(0, colon).find_first_of(":@") != npos || pattern.find('@') != npos;
    const bool is_better = !has_port_or_user && !fault_of(instead);
    return {"cannot hold a wildcard without a whole scheme and a host before it",
            is_better ? fmt::format("write {}", quoted_text(instead))
                      : "write them, such as https://ivr.example.com/*, or list the values it may have"};
}

std::optional<pattern_fault> fault_of_authority(const url_parts& parts)
{
    const auto host = host_of(parts.authority);
    const auto begin = static_cast<std::size_t>(host.data() - parts.authority.data());
    const auto user = parts.authority.substr(0, begin);
    const auto port = parts.authority.substr(begin + host.size());
    if (host.empty())
        return pattern_fault{"cannot hold a wildcard without a host",
                             fmt::format("write it, such as {}://ivr.example.com/*", parts.scheme)};
    if (host.starts_with('[') && has_wildcard(host))
        return pattern_fault{"cannot hold a wildcard in an IP address", "list the addresses"};
    if (has_wildcard(user))
        return pattern_fault{"cannot hold a wildcard before the @ of its host",
                             "list the values it may have"};
    if (has_wildcard(host) && host.ends_with('*') && !host.ends_with("\\*"))
        return pattern_fault{"cannot end its host in a wildcard", fault_of_open_end(parts, host, port)};
    if (has_wildcard(port))
        return pattern_fault{
            "cannot hold a wildcard in its port",
            fmt::format("list the ports, such as [{0}://{1}/*, {0}://{1}:8443/*]", parts.scheme, host)};
    return {};
}

std::optional<pattern_fault> fault_of(std::string_view pattern)
{
    if (is_any(pattern) || !has_wildcard(pattern))
        return {};
    const auto parts = parts_of(pattern, true);
    if (parts.scheme.empty())
        return fault_without_scheme(pattern);
    if (parts.rest.starts_with('\\'))
        return pattern_fault{"cannot hold both a wildcard and a backslash behind its host",
                             "some take it for a slash and others do not; write /"};
    return fault_of_authority(parts);
}

}  // namespace

std::optional<std::string> fault_of_url_pattern(std::string_view pattern)
{
    const auto wrong = fault_of(pattern);
    if (!wrong)
        return {};
    return fmt::format("{}, as {} does: {}", wrong->sentence, quoted_text(pattern), wrong->advice);
}

// Where the text's host ends is decided by the text alone, before any wildcard is looked at.
bool matches_url_pattern(std::string_view pattern, std::string_view url)
{
    if (is_any(pattern))
        return true;
    const auto wanted = parts_of(pattern, true);
    const auto given = parts_of(url, false);
    return !wanted.scheme.empty() && wanted.scheme == given.scheme &&
           matches_wildcard(wanted.authority, given.authority, is_host_character) &&
           matches_wildcard(wanted.rest, given.rest);
}

bool covers_url_pattern(std::string_view pattern, std::string_view narrower)
{
    if (fault_of(pattern) || fault_of(narrower))
        return false;
    if (is_any(pattern) || is_any(narrower))
        return is_any(pattern);
    const auto wide = parts_of(pattern, true);
    const auto narrow = parts_of(narrower, true);
    return !wide.scheme.empty() && wide.scheme == narrow.scheme &&
           matches_wildcard(wide.authority, with_runs(narrow.authority), is_host_character_or_run) &&
           covers_pattern(wide.rest, narrow.rest);
}

std::optional<std::string> host_pattern_in(std::string_view pattern)
{
    const auto colon = pattern.find(':');
    if (colon == npos || !is_scheme(pattern.substr(0, colon)))
        return {};
    auto after = pattern.substr(colon + 1);
    if (after.starts_with("//"))
        after.remove_prefix(2);
    auto authority = after.substr(0, end_of_authority(after, true));
    authority = authority.substr(0, authority.find(';'));  // cuts off the parameters of a SIP address
    if (!has_wildcard(authority))
        return {};
    // A wildcard before the @ may hold one of its own, and with it a host.
    const auto host = host_of(authority);
    const auto before = authority.substr(0, static_cast<std::size_t>(host.data() - authority.data()));
    if (has_wildcard(before))
        return "*";
    return has_wildcard(host) ? std::optional<std::string>(host) : std::nullopt;
}

std::optional<std::string> host_pattern_in_address(std::string_view pattern)
{
    if (!has_wildcard(pattern))
        return {};
    const auto colon = pattern.find(':');
    const auto scheme = to_lower(pattern.substr(0, colon));
    const bool is_whole = colon != npos && (scheme == "sip" || scheme == "sips");
    auto host = host_pattern_in(is_whole ? std::string(pattern) : fmt::format("sip:{}", pattern));
    return host && !has_wildcard(pattern.substr(pattern.find(*host) + host->size())) ? host : "*";
}

bool may_be_foreign_host(std::string_view host_pattern)
{
    if (!has_wildcard(host_pattern))
        return false;
    auto domain = to_lower(text_after_wildcard(host_pattern));
    if (domain.ends_with('.'))
        domain.pop_back();
    const auto dot = domain.find('.');
    if (dot == std::string::npos)
        return true;
    domain.erase(0, dot + 1);  // the label that the wildcard is a part of
    const auto last = domain.rfind('.');
    if (last == std::string::npos || std::ranges::all_of(domain.substr(last + 1), is_digit))
        return true;
    return is_shared(domain) || (domain.find('.') == last && is_of_registry(domain));
}

}  // namespace trunkwarden
