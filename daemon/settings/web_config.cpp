#include "settings/web_config.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <tuple>

#include "support/optional_reason.hpp"
#include "support/text_file.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/read_keys.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t largest_file = 1024UL * 1024;

constexpr std::array<std::string_view, 5> header_names{"Content-Security-Policy", "Strict-Transport-Security",
                                                       "X-Content-Type-Options", "X-Frame-Options",
                                                       "X-XSS-Protection"};

constexpr std::tuple tls_keys{
    key{"cert_file", key_is::path{&web_tls::cert_file}, "", "tls_server_config needs cert_file"},
    key{"key_file", key_is::path{&web_tls::key_file}, "", "tls_server_config needs key_file"},
    key{"client_auth_type", key_is::one_of{&web_tls::clients}, ""},
    key{"client_ca_file", key_is::path{&web_tls::client_ca_file}, ""},
    key{"min_version", key_is::one_of{&web_tls::min_version}, ""},
    key{"max_version", key_is::one_of{&web_tls::max_version}, ""},
    key{"prefer_server_cipher_suites", key_is::flag{&web_tls::prefer_server_cipher_suites}, ""}};

struct folder_of_file {
    std::filesystem::path folder;
    std::filesystem::path path_of(const std::string& written) const
    {
        return written.empty() ? std::filesystem::path() : (folder / written).lexically_normal();
    }
};

void check_tls(yaml_section& section, const web_tls& tls)
{
    const bool verifies = tls.clients != client_certificates::none;
    if (verifies && tls.client_ca_file.empty())
        section.refuse(
            section.at(),
            fmt::format("client_auth_type {} needs client_ca_file: the certificate authority of the "
                        "clients",
                        name_of(tls.clients)));
    if (!verifies && !tls.client_ca_file.empty())
        section.refuse(section.at(),
                       "client_ca_file has no effect without client_auth_type: RequireAndVerifyClientCert");
    if (tls.min_version > tls.max_version)
        section.refuse(section.at(), "min_version is above max_version");
}

void read_tls(yaml_section& file, const folder_of_file& context, web_config& into)
{
    const auto* node = file.take("tls_server_config");
    if (node == nullptr)
        return;
    yaml_section section(node, "tls_server_config", file.problems());
    if (!section.usable())
        return;
    for (const std::string_view go_only : {"cipher_suites", "curve_preferences"})
        if (const auto* given = section.take(go_only))
            section.refuse(given->at,
                           fmt::format("{} is not supported: OpenSSL's own choice for TLS 1.2 and 1.3 "
                                       "is used; leave it out",
                                       go_only));
    read_keys(section, context, tls_keys, into.tls.emplace());
    check_tls(section, *into.tls);
}

// net/http of Go speaks HTTP/2 with its clients, and this server HTTP/1.1: both are what a client asks for.
void read_headers(yaml_section& file, web_config& into)
{
    yaml_section section(file.take("http_server_config"), "http_server_config", file.problems());
    if (!section.usable())
        return;
    bool http2 = true;
    section.read("http2", http2);
    yaml_section headers(section.take("headers"), "headers", file.problems());
    for (const auto name : header_names) {
        std::string value;
        headers.read(name, value);
        const bool is_printable = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
        if (!is_printable)
            headers.refuse(headers.take(name)->at,
                           fmt::format("{} must be one line of printable ASCII", name));
        else if (!value.empty())
            into.headers.emplace_back(name, std::move(value));
    }
    if (headers.usable())
        headers.refuse_unknown_keys();
    section.refuse_unknown_keys();
}

// $2a$, $2b$ or $2y$, the cost, 22 characters of salt and 31 of the hash; nullopt when it is one.
optional_reason fault_of_bcrypt(std::string_view text)
{
    constexpr std::string_view digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const bool has_form = text.size() == 60 && text.starts_with("$2") &&
                          std::string_view("aby").find(text[2]) != std::string_view::npos && text[3] == '$' &&
                          text[6] == '$' &&
                          text.substr(7).find_first_not_of(digits) == std::string_view::npos;
    if (!has_form)
        return "is not a bcrypt hash: write what \"htpasswd -nBC 10 NAME\" prints after the colon";
    const auto cost = text.substr(4, 2);
    if (cost < "04" || cost > "14")
        return "has a bcrypt cost outside 04 to 14: above that every login takes seconds";
    return {};
}

void read_users(yaml_section& file, web_config& into)
{
    const auto* node = file.take("basic_auth_users");
    if (node == nullptr)
        return;
    if (node->is != yaml_node::form::map) {
        file.refuse(node->at, "basic_auth_users must be a map: NAME: BCRYPT");
        return;
    }
    for (const auto& member : node->members) {
        const auto fault = fault_of_bcrypt(member.value.text);
        if (member.name.empty() || member.name.find(':') != std::string::npos)
            file.refuse(member.at, "a name of basic_auth_users cannot be empty or hold a colon");
        else if (fault)
            file.refuse(member.at, fmt::format("the password of {} {}", quoted_text(member.name), *fault));
        else
            into.users.push_back({member.name, member.value.text});
    }
}

// A section that lost its content would let everybody read, and nobody would see it.
void refuse_empty_sections(const yaml_node& tree, problem_list& problems)
{
    for (const auto& member : tree.members)
        if ((member.name == "tls_server_config" || member.name == "basic_auth_users") &&
            (member.value.is == yaml_node::form::null ||
             (member.value.is == yaml_node::form::map && member.value.members.empty())))
            problems.add(member.at,
                         fmt::format("{} is empty: fill it in, or leave it out, and everyone who reaches "
                                     "the port may read",
                                     member.name));
}

}  // namespace

web_config_reading parse_web_config(std::string_view text, const std::filesystem::path& file)
{
    web_config_reading out;
    out.value.file = file;
    problem_list problems(file.string(), text);
    yaml_tree_builder builder;
    const auto outcome = read_yaml(text, builder, problems);
    const auto tree = builder.take();
    if (outcome == yaml_outcome::read) {
        yaml_section section(&tree, "the file", problems);
        refuse_empty_sections(tree, problems);
        if (section.usable()) {
            read_tls(section, {file.parent_path()}, out.value);
            read_headers(section, out.value);
            read_users(section, out.value);
            section.refuse_unknown_keys();
        }
    }
    out.problems = problems.take();
    return out;
}

web_config_reading read_web_config(const std::filesystem::path& file)
{
    const auto text = read_text_file(file, largest_file);
    if (text)
        return parse_web_config(*text, file);
    web_config_reading out;
    out.value.file = file;
    out.problems.push_back(problem_of_file(file.string(), text.error().message));
    return out;
}

std::vector<std::filesystem::path> files_of_web_config(const std::filesystem::path& file)
{
    std::vector<std::filesystem::path> out{file};
    const auto read = read_web_config(file);
    if (!read.value.tls)
        return out;
    for (const auto& named :
         {read.value.tls->cert_file, read.value.tls->key_file, read.value.tls->client_ca_file})
        if (!named.empty())
            out.push_back(named);
    return out;
}

}  // namespace trunkwarden
