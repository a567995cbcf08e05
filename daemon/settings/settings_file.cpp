#include "settings/settings_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <sys/un.h>
#include <system_error>
#include <utility>
#include <vector>

#include "settings/inline_secrets.hpp"
#include "settings/settings_keys.hpp"
#include "support/text_file.hpp"
#include "support/yaml/closest_match.hpp"
#include "support/yaml/quoted_text.hpp"
#include "support/yaml/read_keys.hpp"

namespace trunkwarden {

namespace {

// Unlike a baseline, settings are read as a tree; more than this is not settings.
constexpr std::size_t max_settings_bytes = std::size_t{1024} * 1024;

void check_control_socket(yaml_section& file, const std::filesystem::path& socket)
{
    constexpr auto longest = sizeof(sockaddr_un::sun_path) - 1;
    if (socket.empty())
        file.refuse(file.take("control_socket")->at,
                    "control_socket cannot be empty: ack, quarantine and reload need it");
    if (socket.native().size() > longest)
        file.refuse(
            file.take("control_socket")->at,
            fmt::format("control_socket is longer than the {} bytes a Unix socket's path may have", longest));
}

bool has_accounts(yaml_section& file)
{
    const auto* written = file.take("accounts");
    return written != nullptr && written->is != yaml_node::form::null &&
           (written->is != yaml_node::form::scalar || !written->text.empty()) &&
           (written->is != yaml_node::form::list || !written->items.empty());
}

// A reading, and the parts of it that have to be known for the others.
struct reading_in_hand {
    std::vector<std::string_view> resources;
    name_places accounts;
    settings_reading out;
};

settings read_tree(const yaml_node& tree, const std::filesystem::path& written_in, reading_in_hand& reading,
                   problem_list& problems)
{
    settings read;
    yaml_section file(&tree, "the file", problems);
    if (!file.usable())
        return read;
    const reading_context context{written_in, reading.resources, read, reading.accounts};
    read_keys(file, context, settings_keys, read);
    std::erase_if(read.extra_resources, [](const extra_resource& extra) { return extra.name.empty(); });
    read.types = watched_types(read.extra_resources);
    if (!has_accounts(file) && read.accounts_dir.empty())
        file.refuse(file.at(), "the settings need at least one account under accounts, or accounts_dir");
    check_control_socket(file, read.control_socket);
    check_links(file, read.links);
    if (read.state_file.empty())
        file.refuse(file.take("state_file")->at, "state_file cannot be empty: findings are kept there");
    return read;
}

// A key that is there twice names nothing: which of the two is meant?
bool names_a_path(const yaml_node& tree, std::string_view key)
{
    const auto found = std::ranges::find(tree.members, key, &yaml_member::name);
    return found != tree.members.end() && !found->is_repeated && found->value.is == yaml_node::form::scalar &&
           !found->value.text.empty();
}

// Whether a word of a name is `part`: api_key of key.
bool has_part(std::string_view name, std::string_view part)
{
    while (!name.empty()) {
        const auto end = std::min(name.find('_'), name.size());
        if (name.substr(0, end) == part)
            return true;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
}

// Their values may be shown with a problem: a person who mistakes one of the others for the place of a secret
// has written it there.
std::vector<std::string_view> keys_without_secrets()
{
    constexpr std::array<std::string_view, 13> parts_of_secrets{
        "key",      "env", "environment", "credential",    "url",      "secret", "token",
        "password", "pin", "auth",        "authorization", "expected", "file"};
    constexpr std::array<std::string_view, 5> exempt{"baseline_file", "ca_file", "cert_file", "config_file",
                                                     "state_file"};
    std::vector<std::string_view> names;
    append_names(settings_keys, names);
    std::erase_if(names, [&](std::string_view name) {
        return std::ranges::find(exempt, name) == exempt.end() &&
               std::ranges::any_of(parts_of_secrets,
                                   [name](std::string_view part) { return has_part(name, part); });
    });
    return names;
}

constexpr std::size_t max_account_files = 10'000;

// Leftovers of editors and package managers begin with a dot or end in something else.
bool is_account_file(const std::filesystem::path& file)
{
    return file.extension() == ".yml" && !file.filename().string().starts_with('.');
}

// The files of accounts_dir, by name. Reports files that a person would expect to be read, and that are not.
std::vector<std::filesystem::path> list_account_files(const std::filesystem::path& folder,
                                                      std::vector<problem>& problems)
{
    std::vector<std::filesystem::path> out;
    std::error_code trouble;
    for (auto at = std::filesystem::directory_iterator(folder, trouble);
         !trouble && at != std::filesystem::directory_iterator(); at.increment(trouble)) {
        if (is_account_file(at->path()))
            out.push_back(at->path());
        else if (at->path().extension() == ".yaml")
            problems.push_back(problem_of_file(
                at->path().string(), "files of accounts_dir end in .yml: rename it, or move it away"));
    }
    if (trouble)
        problems.push_back(problem_of_file(
            folder.string(),
            fmt::format("accounts_dir cannot be read: {}; make the folder, or leave accounts_dir out",
                        trouble.message())));
    if (out.size() > max_account_files) {
        problems.push_back(problem_of_file(
            folder.string(), fmt::format("there are {} accounts, more than {}: none of them is read",
                                         out.size(), max_account_files)));
        out.clear();
    }
    std::ranges::sort(out);
    return out;
}

// One account, with the keys of an entry of `accounts`; `into` has the accounts before it.
void parse_account(std::string_view text, const std::filesystem::path& file, reading_in_hand& into)
{
    problem_list problems(file.string(), text, keys_without_secrets());
    yaml_tree_builder builder;
    const auto outcome = read_yaml(text, builder, problems);
    auto tree = builder.take();
    if (outcome == yaml_outcome::empty) {
        problems.add({1, 0}, "the file is empty: write an account's name, api_key_file and baseline_file");
    } else if (outcome == yaml_outcome::read) {
        refuse_inline_secrets(tree, problems);
        account_settings read;
        yaml_section section(&tree, "the file", problems);
        if (section.usable()) {
            const reading_context context{file, into.resources, into.out.value, into.accounts};
            read_keys(section, context, account_keys, read);
            check_account(section, context, read);
        }
        read.file = file;
        // The unit has one folder of credentials: that beside the settings.
        if (!read.api_key.credential.empty())
            read.api_key.credential_folder = into.out.value.file.parent_path() / "credentials";
        into.out.value.accounts.push_back(std::move(read));
    }
    std::ranges::move(problems.take(), std::back_inserter(into.out.problems));
}

void read_accounts_dir(reading_in_hand& reading)
{
    auto& into = reading.out;
    const auto before = into.problems.size();
    into.value.account_files = list_account_files(into.value.accounts_dir, into.problems);
    for (const auto& file : into.value.account_files) {
        if (const auto text = read_text_file(file, max_settings_bytes))
            parse_account(*text, file, reading);
        else
            into.problems.push_back(problem_of_file(file.string(), text.error().message));
    }
    if (into.value.accounts.empty() && into.problems.size() == before)
        into.problems.push_back(problem_of_file(
            into.value.accounts_dir.string(),
            "no account is set: there is none under accounts, and no file *.yml in accounts_dir"));
}

// nullptr where a map has no such key, or is none.
const yaml_node* node_under(const yaml_node& map, std::string_view key)
{
    const auto found = std::ranges::find(map.members, key, &yaml_member::name);
    return found == map.members.end() ? nullptr : &found->value;
}

// After all accounts were read: a rule may name one of accounts_dir.
void check_accounts_of_rules(const yaml_node& tree, const settings& read, problem_list& problems)
{
    const auto* quarantine = node_under(tree, "quarantine");
    const auto* rules = quarantine == nullptr ? nullptr : node_under(*quarantine, "rules");
    if (rules == nullptr)
        return;
    std::vector<std::string_view> accounts;
    for (const auto& account : read.accounts)
        accounts.push_back(account.name);
    const auto count = std::min(rules->items.size(), read.quarantine.rules.size());
    for (std::size_t at = 0; at < count; ++at) {
        const auto* written = node_under(rules->items[at], "account");
        const auto& account = read.quarantine.rules[at].account;
        if (written != nullptr && written->is == yaml_node::form::scalar &&
            std::ranges::find(accounts, account) == accounts.end())
            problems.add(written->at, fmt::format("account cannot be {}{}", quoted_text(account),
                                                  suggestion(account, accounts)));
    }
}

enum class accounts_in : std::uint8_t { text, text_and_folder };

settings_reading parse_with(accounts_in where, std::string_view text, const std::filesystem::path& file,
                            std::span<const std::string_view> resources)
{
    problem_list problems(file.string(), text, keys_without_secrets());
    yaml_tree_builder builder;
    reading_in_hand in_hand{{resources.begin(), resources.end()}, {}, {}};
    auto& reading = in_hand.out;
    const auto outcome = read_yaml(text, builder, problems);
    auto tree = builder.take();
    if (outcome == yaml_outcome::empty ||
        (outcome == yaml_outcome::read && tree.is == yaml_node::form::null)) {
        problems.add(
            {1, 0}, "no account is set: \"trunkwarden init\" sets up the first, or write one under accounts");
    } else if (outcome == yaml_outcome::read) {
        refuse_inline_secrets(tree, problems);
        reading.value = read_tree(tree, file, in_hand, problems);
        reading.names_control_socket = names_a_path(tree, "control_socket");
    }
    reading.value.file = file;
    for (auto& account : reading.value.accounts)
        account.file = file;
    const bool has_folder = !reading.value.accounts_dir.empty();
    if (has_folder && where == accounts_in::text_and_folder)
        read_accounts_dir(in_hand);
    for (auto& account : reading.value.accounts)
        account.types = reading.value.types;
    if ((!has_folder || where == accounts_in::text_and_folder) && reading.problems.empty())
        check_accounts_of_rules(tree, reading.value, problems);
    auto of_folder = std::exchange(reading.problems, problems.take());
    std::ranges::move(of_folder, std::back_inserter(reading.problems));
    return std::move(reading);
}

}  // namespace

settings_reading parse_settings(std::string_view text, const std::filesystem::path& file,
                                std::span<const std::string_view> resources)
{
    return parse_with(accounts_in::text, text, file, resources);
}

account_reading parse_account_file(std::string_view text, const std::filesystem::path& file,
                                   const settings& beside, std::span<const std::string_view> resources)
{
    reading_in_hand reading{{resources.begin(), resources.end()}, {}, {}};
    for (const auto* extra : beside.types.extra())
        reading.resources.push_back(extra->name);
    reading.out.value.file = beside.file;
    for (const auto& account : beside.accounts)
        reading.accounts.emplace(account.name, account.file.string());
    parse_account(text, file, reading);
    account_reading out;
    if (!reading.out.value.accounts.empty())
        out.value = std::move(reading.out.value.accounts.front());
    out.value.types = beside.types;
    out.problems = std::move(reading.out.problems);
    return out;
}

settings_reading read_settings_file(const std::filesystem::path& file,
                                    std::span<const std::string_view> resources)
{
    const auto text = read_text_file(file, max_settings_bytes);
    if (text)
        return parse_with(accounts_in::text_and_folder, *text, file, resources);
    settings_reading reading;
    reading.value.file = file;
    reading.problems.push_back(problem_of_file(file.string(), text.error().message));
    return reading;
}

}  // namespace trunkwarden
