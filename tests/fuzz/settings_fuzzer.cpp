#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "settings/settings_file.hpp"

// Any bytes are read as settings without a crash: as problems, or as settings that keep what their readers
// rely on.

namespace {

using namespace trunkwarden;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check(const settings& read)
{
    require(!read.accounts.empty());
    for (const auto& account : read.accounts) {
        require(!account.name.empty() && !account.baseline_file.empty() && !account.api_url.ends_with('/'));
        const auto& key = account.api_key;
        require(!key.file.empty() + !key.credential.empty() + !key.environment.empty() == 1);
    }
    require(read.poll.interval.count() > 0 && read.poll.timeout.count() > 0 &&
            read.poll.stale_after.count() > 0);
    require(read.poll.concurrency >= 1 && read.poll.concurrency <= 64);
    require(read.poll.requests_per_second > 0);
    require(read.poll.rate_limit_reserve >= 0 && read.poll.rate_limit_reserve <= 0.95);
    require(!read.control_socket.empty() && !read.state_file.empty());
    for (const auto& sink : read.alerts.sinks)
        require(!sink.name.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    constexpr std::array<std::string_view, 3> resources{"api_keys", "ips", "phone_numbers"};
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto reading = parse_settings(text, "/etc/f.yml", resources);
    require(reading.problems.size() <= problem_list::limit + 1);
    for (const auto& found : reading.problems)
        require(!found.message.empty() && found.at.column <= size + 1);
    if (reading.problems.empty())
        check(reading.value);
    return 0;
}
