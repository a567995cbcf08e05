#include "loading/baseline_loading.hpp"

#include <fmt/format.h>

#include "baseline/file/baseline_file.hpp"
#include "baseline/file/signed_baseline_file.hpp"
#include "support/minisign.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {
namespace {

// One account's baseline on its way from its file.
struct loading_of_baseline {
    const account_settings& wanted;
    std::filesystem::path kept;  // where the last active one is kept
    on_untrusted then;
    std::vector<problem>& problems;
};

std::optional<loaded_baseline> usable(baseline_reading read, std::optional<signed_baseline> source,
                                      std::vector<problem>& problems)
{
    problems.insert(problems.end(), read.problems.begin(), read.problems.end());
    if (!read.problems.empty())
        return std::nullopt;
    return loaded_baseline{std::move(read.value), std::move(source), {}};
}

std::string no_baseline(const account_settings& wanted)
{
    return fmt::format(
        "the baseline of account {} does not exist: put it back, or have a first one written by "
        "`trunkwarden baseline capture --account {} --output-file {}`",
        wanted.name, wanted.name, wanted.baseline_file.string());
}

// The baseline in place of a file that is not taken, for the reason `baseline_error`.
std::optional<loaded_baseline> without_the_file(const loading_of_baseline& loading,
                                                std::string baseline_error)
{
    if (loading.then == on_untrusted::leave_out)
        return loaded_baseline{{}, std::nullopt, std::move(baseline_error)};
    if (loading.then == on_untrusted::use_copy) {
        auto copy =
            read_kept_baseline(loading.kept, loading.wanted.baseline_public_key, loading.wanted.types.all());
        if (copy)
            return loaded_baseline{std::move(*copy), std::nullopt, std::move(baseline_error)};
        baseline_error += fmt::format("; and no baseline that was active before can take its place: {}",
                                      copy.error().message);
    }
    loading.problems.push_back(
        problem_of_file(loading.wanted.baseline_file.string(), std::move(baseline_error)));
    return std::nullopt;
}

// A text can be signed and no baseline of this version: that, too, must not keep the watch from starting.
std::optional<loaded_baseline> load_signed(const loading_of_baseline& loading)
{
    auto read = read_signed_baseline_file(loading.wanted.baseline_file, loading.wanted.baseline_public_key,
                                          loading.kept, loading.wanted.types.all());
    if (!read.source)
        return without_the_file(loading, *std::move(read.baseline_error));
    if (loading.then == on_untrusted::use_copy && !read.read.problems.empty() && file_exists(loading.kept))
        return without_the_file(
            loading, fmt::format("it is signed, but not valid: {}", to_string(read.read.problems.front())));
    return usable(std::move(read.read), signed_baseline{std::move(*read.source), loading.kept},
                  loading.problems);
}

}  // namespace

std::optional<loaded_baseline> load_baseline(const account_settings& wanted,
                                             const std::filesystem::path& state_file, on_untrusted then,
                                             std::vector<problem>& problems)
{
    const bool is_signed = !wanted.baseline_public_key.empty();
    if (!file_exists(wanted.baseline_file) && (!is_signed || then == on_untrusted::refuse)) {
        problems.push_back(problem_of_file(wanted.baseline_file.string(), no_baseline(wanted)));
        return std::nullopt;
    }
    if (is_signed)
        return load_signed({wanted, kept_baseline_file(state_file, wanted.name), then, problems});
    return usable(read_baseline_file(wanted.baseline_file, wanted.types.all()), std::nullopt, problems);
}

std::optional<std::string> warning_of_lost_key(const account_settings& wanted,
                                               const std::filesystem::path& state_file)
{
    const auto kept = signature_of(kept_baseline_file(state_file, wanted.name));
    if (!wanted.baseline_public_key.empty() || !file_exists(kept))
        return std::nullopt;
    return fmt::format(
        "account {}: its baseline had to be signed before, and now the settings have no "
        "baseline_public_key for it: put it back, or remove {} if that is meant",
        wanted.name, kept.string());
}

}  // namespace trunkwarden
