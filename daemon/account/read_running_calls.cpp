#include "account/read_running_calls.hpp"

#include <fmt/format.h>
#include <utility>

#include "support/escape.hpp"

namespace trunkwarden {

std::string running_calls_target(std::string_view connection, calls_shown shown)
{
    return fmt::format("/connections/{}/active_calls?page%5Blimit%5D={}", percent_encoded(connection),
                       shown == calls_shown::first ? 1 : 250);
}

task<result<running_calls>> read_running_calls(account_io& io, std::string connection, calls_shown shown,
                                               request_priority priority)
{
    auto target = running_calls_target(connection, shown);
    const auto body = co_await io.api->get(std::move(target), priority);
    if (!body)
        co_return body.error();
    co_return running_calls_in(*body);
}

}  // namespace trunkwarden
