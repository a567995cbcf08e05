#include "account/not_proven.hpp"

#include <fmt/format.h>

#include "support/escape.hpp"

namespace trunkwarden {

std::vector<std::string> not_proven(const account_view& view, const account_memory& memory)
{
    constexpr std::size_t longest_reason = 300;
    std::vector<std::string> out;
    if (const auto& why = view.counts_trouble)
        out.push_back(fmt::format("nothing proves that no list of connections is short: {}",
                                  printable(*why, longest_reason)));
    if (const auto& why = memory.access.trouble)
        out.push_back(fmt::format("the author of a change is not known where the audit log names nobody: {}",
                                  printable(*why, longest_reason)));
    return out;
}

}  // namespace trunkwarden
