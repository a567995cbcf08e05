#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "cli/report/terminal.hpp"
#include "fetch/https_api_client.hpp"

namespace trunkwarden {

// Shows how far the reading of whole accounts has come, on a terminal only; findings are printed at the end.
class reading_progress final : public watch_listener, public request_observer {
public:
    explicit reading_progress(std::size_t lists) : lists_(lists) {}
    void on_events(const std::vector<finding_event>&) override {}
    void on_list_read(const std::string& account, const polled_list& list) override;
    void on_answer(std::string_view method, unsigned status, std::chrono::nanoseconds took,
                   std::optional<std::uint64_t> remaining) override;
    void on_unread_rate_limit(const std::string&, const std::string&) override {}
    void done() { line_.clear(); }

private:
    void show(const std::string& stage);

    progress_line line_;
    std::size_t lists_;
    std::size_t read_ = 0;
    std::size_t answers_ = 0;
};

}  // namespace trunkwarden
