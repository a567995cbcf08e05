#include "settings/http_headers_file.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "support/ascii.hpp"
#include "support/optional_reason.hpp"
#include "support/text_file.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/yaml_events.hpp"
#include "support/yaml/yaml_tree.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t largest_headers_file = 64UL * 1024;
constexpr std::size_t most_headers = 50;
constexpr std::size_t longest_value = 4096;

// Headers that frame a request, and those that the daemon itself writes.
constexpr std::array<std::string_view, 20> reserved{"accept",
                                                    "accept-encoding",
                                                    "connection",
                                                    "content-encoding",
                                                    "content-length",
                                                    "content-type",
                                                    "expect",
                                                    "host",
                                                    "idempotency-key",
                                                    "keep-alive",
                                                    "proxy-authenticate",
                                                    "proxy-authorization",
                                                    "proxy-connection",
                                                    "te",
                                                    "trailer",
                                                    "transfer-encoding",
                                                    "upgrade",
                                                    "user-agent",
                                                    "www-authenticate",
                                                    "x-managed-account-id"};

// RFC 9110 5.6.2.
bool is_token(std::string_view text)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [others](char c) {
        return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

optional_reason fault_of_name(std::string_view name)
{
    const auto lower = to_lower(name);
    if (lower == "authorization")
        return "has its own place: the API's key is sent in it, and a sink has basic_auth and authorization";
    if (std::ranges::find(reserved, lower) != reserved.end() || lower.starts_with("x-trunkwarden-"))
        return "is set by trunkwarden itself; leave it out";
    return {};
}

optional_reason fault_of_value(const yaml_node& value)
{
    if (value.is != yaml_node::form::scalar)
        return "must be a single value";
    if (value.text.size() > longest_value)
        return fmt::format("must be at most {} characters long", longest_value);
    if (!std::ranges::all_of(value.text, [](char c) { return c >= ' ' && c <= '~'; }))
        return "must be one line of printable ASCII characters";
    return {};
}

void read_header(yaml_member& member, http_headers_reading& into, problem_list& problems)
{
    const auto is_it = [&member](const secret_header& other) {
        return to_lower(other.name) == to_lower(member.name);
    };
    if (!is_token(member.name))  // not repeated: a value may have slipped into it
        problems.add(member.at, "this is not the name of a header: letters, digits and - only");
    else if (const auto fault = fault_of_name(member.name))
        problems.add(member.at, fmt::format("{} {}", quoted_text(member.name), *fault));
    else if (const auto wrong = fault_of_value(member.value))
        problems.add(member.value.at, fmt::format("the value of {} {}", member.name, *wrong));
    else if (std::ranges::any_of(into.headers, is_it))
        problems.add(member.at, fmt::format("{} is there twice; keep one", member.name));
    else
        into.headers.push_back({member.name, secret(std::move(member.value.text))});
}

void read_each_header(yaml_node& tree, http_headers_reading& into, problem_list& problems)
{
    if (tree.is != yaml_node::form::map) {
        problems.add(tree.at, "the file must be a map of header names and values, such as X-Tenant: voice");
        return;
    }
    if (tree.members.size() > most_headers) {
        problems.add(tree.at, fmt::format("there are more than {} headers", most_headers));
        return;
    }
    for (auto& member : tree.members)
        read_header(member, into, problems);
}

}  // namespace

http_headers_reading parse_http_headers(std::string_view text, const std::filesystem::path& file)
{
    http_headers_reading out;
    problem_list problems(file.string(), text);
    yaml_tree_builder builder;
    const auto outcome = read_yaml(text, builder, problems);
    auto tree = builder.take();
    if (outcome == yaml_outcome::empty)
        problems.add({1, 0}, "the file holds no headers; write one, or leave http_headers_file out");
    else if (outcome == yaml_outcome::read)
        read_each_header(tree, out, problems);
    out.problems = problems.take();
    if (!out.problems.empty())
        out.headers.clear();
    return out;
}

http_headers_reading read_http_headers_file(const std::filesystem::path& file)
{
    auto text = read_text_file(file, largest_headers_file);
    if (!text)
        return {{}, {problem_of_file(file.string(), text.error().message)}};
    const secret wiped(std::move(*text));
    return parse_http_headers(wiped.reveal(), file);
}

}  // namespace trunkwarden
