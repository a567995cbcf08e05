#include "cli/reading_progress.hpp"

#include <fmt/format.h>

namespace trunkwarden {

void reading_progress::on_list_read(const std::string& account, const polled_list& list)
{
    ++read_;
    show(fmt::format("{}: {}", account, list.from.path));
}

void reading_progress::on_answer(std::string_view, unsigned, std::chrono::nanoseconds,
                                 std::optional<std::uint64_t>)
{
    ++answers_;
    if (answers_ % 10 == 0)
        show("");
}

void reading_progress::show(const std::string& stage)
{
    line_.show(fmt::format("{} of {} lists read, {} answers  {}", read_, lists_, answers_, stage));
}

}  // namespace trunkwarden
