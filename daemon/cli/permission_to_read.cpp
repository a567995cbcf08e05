#include "cli/permission_to_read.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "support/escape.hpp"

namespace trunkwarden {
namespace {

std::string action_to_read(std::string_view path)
{
    using row = std::pair<std::string_view, std::string_view>;
    static constexpr std::array<row, 4> documented{
        row("/api_keys", "api_keys.read"), row("/iam/roles", "iam_roles.read"),
        row("/iam/settings", "iam_settings.read"), row("/iam/access_logs", "iam_access_logs.read")};
    const auto* const known = std::ranges::find(documented, path, &row::first);
    if (known != documented.end())
        return fmt::format("the action {}", known->second);
    if (path.starts_with("/iam/service_accounts/") && path.ends_with("/tokens"))
        return "the action service_account_tokens.read";
    return fmt::format("the action that GET /v2/iam/actions shows for GET /v2{}", path);
}

}  // namespace

std::string permission_to_read(std::string_view path)
{
    return fmt::format("{}; with IAM, {} (docs/install.md, Rights of the key)",
                       path.starts_with("/iam/") ? "only a key of the organisation's owner may read it"
                                                 : "give the key's user the right to read it",
                       action_to_read(path));
}

std::string describe_unreadable(const coverage& hole)
{
    auto out = fmt::format("  not {}: {}\n    not seen then: {}", hole.type->name,
                           printable(hole.reason, 300), hole.type->guards);
    if (hole.failed_with == errc::forbidden)
        out += "\n    missing: " + permission_to_read(hole.type->path);
    return out;
}

}  // namespace trunkwarden
