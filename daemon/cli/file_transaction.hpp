#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// Files that are written together: takes back what was written, with mode and owner, unless all of it was.
class file_transaction {
public:
    // What is no secret belongs to the group of the folder, where that is set-group-id: in the package's it
    // is the group of the service.
    explicit file_transaction(const std::filesystem::path& folder);
    ~file_transaction();
    file_transaction(const file_transaction&) = delete;
    file_transaction& operator=(const file_transaction&) = delete;

    result<void> write(const std::filesystem::path& file, std::string_view text);

    // Only its owner may read it, from the first byte on.
    result<void> write_secret(const std::filesystem::path& file, const secret& text);

    // All is written: nothing is taken back.
    void commit() { committed_ = true; }

private:
    struct state_before {
        std::filesystem::path file;
        std::optional<secret> text;  // nothing: it was not there
        struct stat about {};
    };

    result<void> remember(const std::filesystem::path& file);
    static void restore(const state_before& one);

    std::optional<gid_t> group_;
    std::vector<state_before> before_;
    bool committed_ = false;
};

}  // namespace trunkwarden
