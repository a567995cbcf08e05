#include "cli/file_transaction.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <utility>

#include "cli/error_output.hpp"
#include "support/atomic_write.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {

using std::filesystem::path;

file_transaction::file_transaction(const path& folder)
{
    struct stat there {};
    if (::stat(folder.c_str(), &there) == 0 && (there.st_mode & S_ISGID) != 0)
        group_ = there.st_gid;
}

file_transaction::~file_transaction()
{
    if (committed_)
        return;
    for (auto before = before_.rbegin(); before != before_.rend(); ++before)
        restore(*before);
}

result<void> file_transaction::write(const path& file, std::string_view text)
{
    if (auto remembered = remember(file); !remembered)
        return remembered;
    if (auto done = atomic_write(file, text, group_ ? 0640 : 0666); !done)
        return done;
    if (group_ &&
        (::chown(file.c_str(), static_cast<uid_t>(-1), *group_) != 0 || ::chmod(file.c_str(), 0640) != 0))
        return bad_usage("{} cannot be given to the group of the service", file.string());
    return {};
}

result<void> file_transaction::write_secret(const path& file, const secret& text)
{
    if (auto remembered = remember(file); !remembered)
        return remembered;
    std::error_code gone;
    std::filesystem::remove(file, gone);
    return atomic_write(file, text.reveal(), 0600);
}

result<void> file_transaction::remember(const path& file)
{
    state_before before{file, {}, {}};
    auto text = read_text_file(file, 64UL * 1024 * 1024);
    if (text && ::stat(file.c_str(), &before.about) == 0)
        before.text = secret(std::move(*text));
    else if (text || text.error().kind != errc::not_found)
        return bad_usage("{} cannot be replaced: it is there, and cannot be read", file.string());
    before_.push_back(std::move(before));
    return {};
}

void file_transaction::restore(const state_before& before)
{
    std::error_code gone;
    std::filesystem::remove(before.file, gone);
    if (!before.text || !atomic_write(before.file, before.text->reveal(), 0600))
        return;
    const bool has_owner = ::chown(before.file.c_str(), before.about.st_uid, before.about.st_gid) == 0;
    const bool has_mode = ::chmod(before.file.c_str(), before.about.st_mode & 07777) == 0;
    if (!has_owner || !has_mode)
        fail(fmt::format("{} has its content back, but not its owner and mode", before.file.string()));
}

}  // namespace trunkwarden
