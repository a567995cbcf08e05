#include "postgres/connection_words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <memory>
#include <sys/stat.h>

#include "settings/database_password.hpp"
#include "support/escape.hpp"
#include "support/loopback.hpp"
#include "support/text_file.hpp"
#include "support/without.hpp"

namespace trunkwarden {
namespace {

constexpr std::string_view password_keyword = "password";

// With comments taken out, in one line.
std::string joined_lines(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto first = line.find_first_not_of(" \t\r");
        if (first == std::string_view::npos || line[first] == '#')
            continue;
        out += line;
        out += ' ';
    }
    return out;
}

bool is_local(const std::string& host)
{
    return host.empty() || host.front() == '/' || host.front() == '@' || is_loopback(host);
}

// Nothing for "".
std::vector<std::string> listed_in(std::string_view values)
{
    std::vector<std::string> out;
    while (!values.empty()) {
        const auto comma = values.find(',');
        out.emplace_back(values.substr(0, comma));
        if (comma == std::string_view::npos)
            break;
        values.remove_prefix(comma + 1);
        if (values.empty())
            out.emplace_back();
    }
    return out;
}

failure in_file(const std::filesystem::path& file, const failure& why)
{
    return {why.kind, fmt::format("database.connection_file {}: {}", file.string(), why.message)};
}

}  // namespace

std::vector<connection_words> connection_words::by_host() const
{
    const auto hosts = listed_in(value_of("host"));
    const auto addresses = listed_in(value_of("hostaddr"));
    const auto ports = listed_in(value_of("port"));
    std::vector<connection_words> out;
    for (std::size_t place = 0; place < std::max(hosts.size(), addresses.size()); ++place) {
        auto& of_host = out.emplace_back(*this);
        for (const auto& [keyword, values] :
             {std::pair("host", &hosts), {"hostaddr", &addresses}, {"port", &ports}})
            if (!values->empty())
                of_host.set(keyword, values->at(std::min(place, values->size() - 1)));
    }
    if (out.empty())
        out.push_back(*this);
    return out;
}

result<connection_words> connection_words::parse(std::string_view text)
{
    auto line = joined_lines(text);
    char* fault = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(line.c_str(), &fault), PQconninfoFree);
    const secret wiped(std::move(line));
    if (!options) {
        PQfreemem(fault);  // it may show a password
        return bad_usage(
            "it must hold libpq's keywords, KEY=VALUE, one or several in a line, and a value with "
            "blanks in single quotes");
    }
    connection_words out;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option)
        if (option->val != nullptr)
            out.set(option->keyword, option->val);
    if (!out.value_of("service").empty())
        return bad_usage("service is not taken: write the keywords of the service here");
    return out;
}

result<connection_words> connection_words::read(const database_settings& from)
{
    constexpr std::size_t largest = 64UL * 1024;
    auto text = read_text_file(from.connection_file, largest);
    if (!text)
        return in_file(from.connection_file, text.error());
    const secret content(*std::move(text));
    auto out = parse(content.reveal());
    if (!out)
        return in_file(from.connection_file, out.error());
    if (const auto exposed = exposure_of_connection_file(from.connection_file))
        return failure{errc::bad_file, *exposed};
    auto password = read_database_password(from);
    if (!password)
        return password.error();
    if (!password->empty())
        out->set_password(*std::move(password));
    out->add_defaults();
    return out;
}

std::string_view connection_words::value_of(std::string_view keyword) const
{
    const auto found = std::ranges::find(words_, keyword, &std::pair<std::string, secret>::first);
    return found == words_.end() ? std::string_view() : found->second.reveal();
}

void connection_words::set(std::string_view keyword, std::string value)
{
    if (keyword == password_keyword) {
        password_ = secret(std::move(value));
        return;
    }
    std::erase_if(words_, [keyword](const auto& word) { return word.first == keyword; });
    words_.emplace_back(std::string(keyword), secret(std::move(value)));
}

void connection_words::set_default(std::string_view keyword, std::string value)
{
    if (value_of(keyword).empty())
        set(keyword, std::move(value));
}

// A server that freezes acknowledges all bytes for ever, so that each wait has a deadline of ours besides.
void connection_words::add_defaults()
{
    is_unprotected_ = !is_on_this_host() && value_of("sslmode").empty();
    set_default("connect_timeout", "3");
    set_default("keepalives_idle", "5");
    set_default("keepalives_interval", "2");
    set_default("keepalives_count", "3");
    set_default("tcp_user_timeout", "8000");
    set_default("application_name", "trunkwarden");
    set_default("target_session_attrs", "read-write");
    set("client_encoding", "UTF8");
    if (!is_on_this_host())
        set_default("sslmode", "verify-full");
}

bool connection_words::is_on_this_host() const
{
    const auto addresses = value_of("hostaddr");
    return std::ranges::all_of(listed_in(addresses.empty() ? value_of("host") : addresses), is_local);
}

std::string connection_words::place() const
{
    const auto hosts = value_of("host").empty() ? value_of("hostaddr") : value_of("host");
    const auto name = value_of("dbname");
    return fmt::format("{} at {}", name.empty() ? "the default database" : name,
                       hosts.empty() ? "this host" : hosts);
}

optional_reason connection_words::weakness() const
{
    if (!is_unprotected_)
        return std::nullopt;
    return "the server is another host, and sslmode is not set: write sslmode=verify-full and sslrootcert=FILE, or a "
           "weaker sslmode if you mean it";
}

std::string connection_words::fit_for_print(std::string text) const
{
    text = without(std::move(text), password_.reveal());
    text = without(std::move(text), value_of("sslpassword"));
    constexpr std::size_t longest = 600;
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    const auto last = text.find_last_not_of(' ');
    text.resize(last == std::string::npos ? 0 : last + 1);
    return printable(text, longest);
}

optional_reason exposure_of_connection_file(const std::filesystem::path& file)
{
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return std::nullopt;
    constexpr mode_t forbidden = S_IRWXO | S_IWGRP | S_IXGRP;
    if ((about.st_mode & forbidden) == 0)
        return std::nullopt;
    return fmt::format(
        "database.connection_file {} can be read or changed by others (mode {:04o}): chown root:trunkwarden it, and "
        "chmod 0640",
        file.string(), static_cast<unsigned>(about.st_mode & 07777U));
}

}  // namespace trunkwarden
