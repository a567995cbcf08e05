#include "status/heartbeat_verdict.hpp"

#include <cstddef>
#include <fmt/format.h>

namespace trunkwarden {
namespace {

// An object that cannot be read is a finding of its own and does not count: otherwise anybody who may make
// objects could stop the heartbeat with one.
bool is_stale(const coverage& seen, std::chrono::milliseconds limit, const running_time& running,
              time_point now)
{
    if (seen.state == reading_state::accepted || seen.type->pages == paging::no_endpoint)
        return false;
    const auto read = seen.last_read();
    if (!read)
        return true;
    if (!is_still_to_come(*read, now))
        return now - *read > limit;
    // The clock was set back since. The time that counts begins again as soon as the watch notices that.
    return is_still_to_come(running.counts_from, now) || running.between(*read, now) > limit;
}

optional_reason why_not(const account_status& status, time_point now)
{
    if (status.refused)
        return fmt::format("account {} is not judged: {}", status.name, *status.refused);
    if (status.seen.empty() || status.stale_after.size() != status.seen.size())
        return fmt::format("nothing of account {} was read yet", status.name);
    for (std::size_t at = 0; at < status.seen.size(); ++at)
        if (is_stale(status.seen[at], status.stale_after[at], status.running, now))
            return fmt::format("{} of account {} was not read completely within {}",
                               status.seen[at].type->name, status.name, for_people(status.stale_after[at]));
    return std::nullopt;
}

}  // namespace

optional_reason why_no_heartbeat(const daemon_status& status, time_point now)
{
    if (status.accounts.empty())
        return "no account is watched";
    for (const auto& account : status.accounts)
        if (auto why = why_not(account, now))
            return why;
    return std::nullopt;
}

}  // namespace trunkwarden
