#include "settings/settings_file.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sys/un.h>
#include <utility>

#include "settings/inline_secrets.hpp"
#include "settings/reading_context.hpp"
#include "support/in_quotes.hpp"
#include "support/listen_address.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {

namespace {

// Unlike a baseline, settings are read as a tree; more than this is not settings.
constexpr std::size_t max_settings_bytes = std::size_t{1024} * 1024;

void read_poll(const yaml_node* node, const reading_context& context, poll_settings& into)
{
    yaml_section section(node, "poll", context.problems);
    section.read("interval", into.interval);
    section.read("large_interval", into.large_interval);
    section.read_zero_or_more("audit_interval", into.audit_interval);
    section.read_whole("concurrency", into.concurrency, 1, 64);
    section.read_number("requests_per_second", into.requests_per_second, 0.01, 10000);
    section.read_number("rate_limit_reserve", into.rate_limit_reserve, 0, 0.95);
    section.read("timeout", into.timeout);
    section.read("stale_after", into.stale_after);
    section.refuse_unknown_keys();
}

void read_web(const yaml_node* node, const reading_context& context, web_settings& into)
{
    yaml_section section(node, "web", context.problems);
    section.read("listen_address", into.listen_address);
    if (const auto parsed = parse_listen_address(into.listen_address);
        !into.listen_address.empty() && !parsed)
        section.refuse(section.take("listen_address")->at,
                       parsed.error().what + "; \"\" switches the page off");
    read_path(section, "config_file", context, into.config_file);
    section.read("enable_lifecycle", into.enable_lifecycle);
    section.refuse_unknown_keys();
}

void read_control_socket(yaml_section& file, const reading_context& context, std::filesystem::path& into)
{
    constexpr auto longest = sizeof(sockaddr_un::sun_path) - 1;
    read_path(file, "control_socket", context, into);
    if (into.empty())
        file.refuse(file.take("control_socket")->at,
                    "control_socket cannot be empty: ack, quarantine and reload need it");
    if (into.native().size() > longest)
        file.refuse(
            file.take("control_socket")->at,
            fmt::format("control_socket is longer than the {} bytes a Unix socket's path may have", longest));
}

settings read_tree(const yaml_node& tree, const reading_context& context)
{
    settings read;
    yaml_section file(&tree, "the file", context.problems);
    if (!file.usable())
        return read;
    read_accounts(file, context, read.accounts);
    read_poll(file.take("poll"), context, read.poll);
    read_web(file.take("web"), context, read.web);
    read_control_socket(file, context, read.control_socket);
    read_path(file, "state_file", context, read.state_file);
    if (read.state_file.empty())
        file.refuse(file.take("state_file")->at, "state_file cannot be empty: findings are kept there");
    read_alerts(file.take("alerts"), context, read.alerts);
    read_quarantine(file.take("quarantine"), context, read);
    file.refuse_unknown_keys();
    return read;
}

}  // namespace

void read_path(yaml_section& section, std::string_view key, const reading_context& context,
               std::filesystem::path& into)
{
    std::string text = into.string();
    section.read(key, text);
    into = text.empty() ? std::filesystem::path() : (context.folder / text).lexically_normal();
}

bool is_plain_name(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

void read_name(yaml_section& section, std::span<const std::string> others, std::string& into)
{
    section.require("name", into);
    if (into.empty())
        return;
    if (!is_plain_name(into))
        section.refuse(
            section.take("name")->at,
            fmt::format("name must be small letters, digits, _ and - only, not {}", in_quotes(into)));
    if (std::ranges::find(others, into) != others.end())
        section.refuse(section.take("name")->at,
                       fmt::format("the name {} is taken already", in_quotes(into)));
}

settings_reading parse_settings(std::string_view text, const std::filesystem::path& file,
                                std::span<const std::string_view> resources)
{
    problem_list problems(file.string(), text);
    yaml_tree_builder builder;
    settings_reading reading;
    const auto outcome = read_yaml(text, builder, problems);
    auto tree = builder.take();
    if (outcome == yaml_outcome::empty ||
        (outcome == yaml_outcome::read && tree.is == yaml_node::form::null)) {
        problems.add({1, 0}, "the file is empty; it needs at least one account under accounts");
    } else if (outcome == yaml_outcome::read) {
        refuse_inline_secrets(tree, problems);
        const reading_context context{file.parent_path(), resources, problems};
        reading.value = read_tree(tree, context);
    }
    reading.value.file = file;
    reading.problems = problems.take();
    return reading;
}

settings_reading read_settings_file(const std::filesystem::path& file,
                                    std::span<const std::string_view> resources)
{
    const auto text = read_text_file(file, max_settings_bytes);
    if (text)
        return parse_settings(*text, file, resources);
    settings_reading reading;
    reading.value.file = file;
    reading.problems.push_back(problem_of_file(file.string(), text.error().what));
    return reading;
}

}  // namespace trunkwarden
