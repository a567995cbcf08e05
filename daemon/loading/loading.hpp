#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/loaded_files.hpp"
#include "loading/baseline_loading.hpp"
#include "settings/settings_file.hpp"
#include "support/yaml/problem.hpp"

namespace trunkwarden {

// Settings, baselines and keys, read and ready; or every reason why not.
struct loaded_files {
    settings configured;
    std::vector<ready_account> accounts;
    std::vector<skipped_account> skipped;  // only with leave_out
    std::vector<problem> problems;         // none: all is valid
    std::vector<std::string> warnings;     // sentences about what is valid but unwise
};

loaded_files load_files(const std::filesystem::path& config_file, on_untrusted then = on_untrusted::refuse);

// One account without its baseline, which may not be there yet: the settings and that account's key, or why
// not.
struct account_to_capture {
    settings configured;
    std::optional<ready_account> ready;  // its baseline trusts nothing
    std::vector<problem> problems;
    std::vector<std::string> warnings;
};
account_to_capture load_account_to_capture(const std::filesystem::path& config_file, std::string_view name);

// The same with settings that were read already, with any other faults in them.
account_to_capture load_account_to_capture(settings configured, std::string_view name);

// Baselines with the accounts they are for; a key that cannot be read keeps none of them back.
struct readable_account {
    std::unique_ptr<account> watched;
    result<secret> key;
};
struct loaded_baselines {
    std::vector<readable_account> accounts;
    std::vector<problem> problems;  // none: all is valid
};

// Of one account of the settings, or with "" of all of them. A baseline that is not what its file says has
// the reason in account_config::baseline_error.
loaded_baselines load_baselines(const std::filesystem::path& config_file, std::string_view account,
                                on_untrusted then = on_untrusted::refuse);

// The same with settings that were read already, with any other faults in them.
loaded_baselines load_baselines(const settings& configured, std::string_view account, on_untrusted then);

// Of every resource of the catalogue.
std::vector<std::string_view> resource_names();

std::unique_ptr<account> build_account(const account_settings& wanted, const poll_settings& poll,
                                       baseline trusted);

// A file by its whole name, without links where the user may look.
std::filesystem::path whole_name(const std::filesystem::path& file);

// The settings alone, for commands that need no account: their user may not read the keys.
settings_reading load_settings(const std::filesystem::path& config_file);

}  // namespace trunkwarden
