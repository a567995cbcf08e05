#include <boost/json/value.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_table.hpp"
#include "cli/control_client.hpp"
#include "cli/finding_filter.hpp"
#include "cli/report/output.hpp"
#include "loading/loading.hpp"
#include "support/ascii.hpp"
#include "support/json_member.hpp"

// For the completions of shells (config/completions): words that nobody can type, from the running daemon.

namespace trunkwarden {
namespace {

namespace json = boost::json;

struct completion_options {
    std::string kind;

    void add_to(CLI::App& app)
    {
        app.add_option("KIND", kind, "ids, actions, accounts or resources")
            ->required()
            ->check(CLI::IsMember({"ids", "actions", "accounts", "resources"}));
    }
};

constexpr const char* complete_examples = R"(
For the completions of shells: ids of findings, ids of actions, or names of
accounts, one a line, from the running daemon. Says nothing when that does not
answer within 300 ms. Or names of resources, which need no daemon.

Example:
  trunkwarden __complete ids
)";

// A shell may execute anything else as a command.
bool is_plain_word(std::string_view word)
{
    return !word.empty() &&
           std::ranges::all_of(word, [](char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; });
}

// A shell waits for it.
json::value ask_quickly(const std::filesystem::path& socket, const char* target)
{
    const patience a_moment{.time = std::chrono::milliseconds(300)};
    const auto answer = ask_daemon(socket, {"GET", target, ""}, a_moment);
    auto data = answer ? data_of(*answer) : result<json::value>(json::value());
    return data ? *std::move(data) : json::value();
}

// The member of each object of a list; none when it is no such list.
std::vector<std::string> members_of(const json::value* list, std::string_view name)
{
    std::vector<std::string> out;
    if (list == nullptr || !list->is_array())
        return out;
    for (const auto& item : list->get_array())
        if (item.is_object())
            out.emplace_back(string_at(item.get_object(), name));
    return out;
}

const json::value* member_at(const json::value& item, std::string_view name)
{
    return item.is_object() ? item.get_object().if_contains(view(name)) : nullptr;
}

std::vector<std::string> offers_of(const std::string& kind, const std::filesystem::path& socket)
{
    if (kind == "ids") {
        const auto findings = ask_quickly(socket, "/api/v1/findings");
        return members_of(&findings, "id");
    }
    if (kind == "actions") {
        const auto report = ask_quickly(socket, "/api/v1/actions");
        return members_of(member_at(report, "actions"), "id");
    }
    const auto status = ask_quickly(socket, "/api/v1/status");
    return members_of(member_at(status, "accounts"), "account");
}

std::vector<std::string> resources_to_offer()
{
    const auto words = words_for_resources();
    return {words.begin(), words.end()};
}

// Says nothing when it knows nothing: a person is in the middle of a line.
int print_words(const completion_options& given, const common_options& common)
{
    const auto configured = load_settings(common.config_file).value;  // with its extra resources
    const auto words =
        given.kind == "resources" ? resources_to_offer() : offers_of(given.kind, configured.control_socket);
    for (const auto& word : words)
        if (is_plain_word(word))
            print_result("{}\n", word);
    return 0;
}

}  // namespace

const command_spec complete_command{"__complete", "Print words for a shell to offer", complete_examples,
                                    with_options<completion_options, print_words>};

}  // namespace trunkwarden
