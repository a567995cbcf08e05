#include "cli/loading.hpp"

#include <fmt/format.h>

#include "baseline/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "settings/api_key.hpp"
#include "settings/settings_file.hpp"

namespace trunkwarden {
namespace {

std::vector<std::string_view> resource_names()
{
    std::vector<std::string_view> names;
    for (const auto& type : catalogue)
        names.push_back(type.name);
    return names;
}

bool is_there(const std::filesystem::path& file)
{
    std::error_code ignored;
    return std::filesystem::exists(file, ignored);
}

void load_account(const account_settings& wanted, loaded_files& into)
{
    if (!is_there(wanted.baseline_file)) {
        into.problems.push_back(problem_of_file(
            wanted.baseline_file.string(),
            fmt::format("the baseline of account {} does not exist. Create it with the line \"version: 1\" and add what "
                        "\"trunkwarden check\" then reports (a later version writes it for you: \"trunkwarden baseline "
                        "capture --account {}\")",
                        wanted.name, wanted.name)));
        return;
    }
    auto trusted = read_baseline_file(wanted.baseline_file, catalogue);
    into.problems.insert(into.problems.end(), trusted.problems.begin(), trusted.problems.end());

    auto key = load_api_key(wanted);
    if (!key)
        into.problems.push_back(problem_of_file(into.configured.file.string(), key.error().what));
    else if (auto exposed = api_key_exposure(wanted))
        into.warnings.push_back(*std::move(exposed));
    if (!key || !trusted.problems.empty())
        return;

    auto watched = make_account(wanted, into.configured.poll, std::move(trusted.value));
    watched->now = [] { return std::chrono::system_clock::now(); };
    into.accounts.push_back({std::move(watched), std::move(*key)});
}

}  // namespace

loaded_files load_files(const std::filesystem::path& config_file)
{
    auto read = read_settings_file(config_file, resource_names());
    loaded_files out;
    out.configured = std::move(read.value);
    out.problems = std::move(read.problems);
    if (out.problems.empty())
        for (const auto& wanted : out.configured.accounts)
            load_account(wanted, out);
    return out;
}

}  // namespace trunkwarden
