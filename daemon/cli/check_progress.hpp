#pragma once

#include <cstddef>
#include <fmt/format.h>
#include <string>

#include "account.hpp"
#include "cli/check_report.hpp"
#include "cli/terminal.hpp"
#include "fetch/https_api_client.hpp"

namespace trunkwarden {

// Shows how far the reading has come; what was found is printed at the end.
class check_progress final : public watch_listener, public request_observer {
public:
    explicit check_progress(const account_list& accounts)
    {
        for (const auto& one : accounts)
            lists_ += one->lists.size();
    }
    void on_events(const std::vector<finding_event>&) override {}
    void on_list_read(const std::string& account, const watched_list& list) override
    {
        ++read_;
        show(fmt::format("{}: {}", account, list.from.path));
    }
    void on_answer(std::string_view, unsigned, std::chrono::nanoseconds,
                   std::optional<std::uint64_t>) override
    {
        ++answers_;
        if (answers_ % 10 == 0)
            show("");
    }
    void done() { line_.clear(); }

private:
    void show(const std::string& what)
    {
        line_.show(fmt::format("{} of {} lists read, {} answers  {}", read_, lists_, answers_, what));
    }
    progress_line line_;
    std::size_t lists_ = 0;
    std::size_t read_ = 0;
    std::size_t answers_ = 0;
};

}  // namespace trunkwarden
