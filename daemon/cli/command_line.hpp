#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "settings/settings.hpp"
#include "support/log.hpp"

namespace trunkwarden {

enum class output_format : std::uint8_t { text, json, markdown };

enum class command : std::uint8_t {
    run,
    check,
    config_check,
    resources,
    findings,
    ack,
    unack,
    status,
    reload,
    alerts_test,
    baseline_capture,
    baseline_lint,
    baseline_accept,
    baseline_schema,
    config_schema,
    quarantine_list,
    quarantine_show,
    quarantine_approve,
    quarantine_reject,
    quarantine_undo,
    quarantine_freeze,
    quarantine_thaw,
    lockdown,
    init,
    doctor,
};

struct invocation {
    command which{};
    std::filesystem::path config_file = "/etc/trunkwarden/trunkwarden.yml";
    log_options log;
    output_format output = output_format::text;
    std::optional<unsigned> sweeps;  // of `run`: end after so many
    bool all = false;                // of `findings` and `quarantine list`: what is over, too
    std::string id;                  // of `ack` and `unack`: a finding's, or how it begins
    std::string reason;              // of `ack`
    std::string until;               // of `ack`, as it was written; "": until the finding changes
    std::string sink;     // of `alerts test`: its name; of `init`: TYPE=WHERE; "" means every one, or none
    std::string account;  // of `baseline capture`, `lint` and `lockdown`; "" means every one
    std::string output_file;          // of `baseline capture`; "": stdout
    bool force = false;               // of `baseline capture`: replace a file that is there
    bool offline = false;             // of `baseline lint`: do not ask the API
    std::vector<std::string> ids;     // of `baseline accept`; of `quarantine`: actions
    std::string expires;              // of `baseline accept`, as it was written
    std::string approved_by;          // of `baseline accept`; "": whoever runs it
    bool dry_run = false;             // of `baseline accept`
    bool apply = false;               // of `lockdown`: change the account
    bool yes = false;                 // of `lockdown` and `init`: do not ask
    std::vector<std::string> only;    // of `lockdown`: names of steps; none: all
    std::vector<std::string> skip;    // of `lockdown`
    key_source key;                   // of `init`: where the API key is; nothing: it is asked for
    std::string api_url;              // of `init`
    std::string ca_file;              // of `init`
    bool accept_blind_spots = false;  // of `init`: go on without what the key cannot read
    std::string directory;            // of `lockdown`: the folder of the incident; "": beside the state file
};

// What the arguments ask for; or, when they ask for help, the version, or nothing sensible, the text to print
// and the exit code to end with.
struct parsed_command_line {
    std::optional<invocation> wanted;
    std::string to_stdout;
    std::string to_stderr;
    int exit_code = 0;
};

parsed_command_line parse_command_line(int argc, const char* const* argv);

}  // namespace trunkwarden
