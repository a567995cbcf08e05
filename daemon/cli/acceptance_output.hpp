#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "settings/settings.hpp"
#include "support/optional_reason.hpp"

// The sentences of `baseline accept` about an edit that it made or is about to make.

namespace trunkwarden {

// A baseline file, as it was read and as it is to be.
struct edited_file {
    const account_settings* account = nullptr;
    std::filesystem::path file;
    std::string before;
    std::string after;
};

struct acceptance_verdict {
    std::string id;
    std::string state;  // in which it is accepted
    std::string title;
    optional_reason why = {};   // the finding was refused
    std::string to_paste = {};  // when refused: the entry that would trust it, "" when there is none
    bool was_covered = false;
    bool secrets = false;
};

struct acceptance_outcome {
    std::vector<edited_file> files;
    std::vector<acceptance_verdict> verdicts;

    bool refused() const;
    bool changes_files() const;
    bool takes_secrets() const;
};

std::string acceptance_json(const acceptance_outcome& outcome, bool changed);

// The refusals and their reasons, on stderr.
void print_refusals(const acceptance_outcome& outcome);

// The difference on stdout, the findings with their states on stderr.
void print_difference(const acceptance_outcome& outcome);

// Prints to stderr whether the files were written.
enum class acceptance_end : std::uint8_t { only_shown, written };
void print_end(const acceptance_outcome& outcome, acceptance_end end);

}  // namespace trunkwarden
