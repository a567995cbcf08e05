#include "account/read_running_calls.hpp"

#include <fmt/format.h>
#include <utility>

#include "fetch/object_target.hpp"

namespace trunkwarden {

task<result<running_calls>> read_running_calls(account& watched, std::string connection, calls_shown shown,
                                               request_priority priority)
{
    auto target = fmt::format("/connections/{}/active_calls?page%5Blimit%5D={}", percent_encoded(connection),
                              shown == calls_shown::one ? 1 : 250);
    const auto body = co_await watched.io.api->get(std::move(target), priority);
    if (!body)
        co_return body.error();
    co_return running_calls_in(*body);
}

}  // namespace trunkwarden
