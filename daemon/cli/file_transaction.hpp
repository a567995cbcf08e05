#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "support/result.hpp"
#include "support/secret.hpp"

namespace trunkwarden {

// Files that are written together. Without commit(), the destructor restores what was there before, with mode
// and owner.
class file_transaction {
public:
    // In a folder that is set-group-id, files that hold no secret get the group of the folder: in the
    // package's folder that is the group of the service.
    explicit file_transaction(const std::filesystem::path& folder);
    ~file_transaction();
    file_transaction(const file_transaction&) = delete;
    file_transaction& operator=(const file_transaction&) = delete;

    result<void> write(const std::filesystem::path& file, std::string_view text);

    // Only the owner may read the file, from its first byte on.
    result<void> write_secret(const std::filesystem::path& file, const secret& text);

    // Keeps what was written.
    void commit() { committed_ = true; }

private:
    struct state_before {
        std::filesystem::path file;
        std::optional<secret> text;  // nothing: it was not there
        struct stat about {};
    };

    result<void> remember(const std::filesystem::path& file);
    static void restore(const state_before& before);

    std::optional<gid_t> group_;
    std::vector<state_before> before_;
    bool committed_ = false;
};

}  // namespace trunkwarden
