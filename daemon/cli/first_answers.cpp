#include "cli/first_answers.hpp"

#include <boost/asio/io_context.hpp>

#include <fmt/format.h>
#include <utility>

#include "catalogue/plain_path.hpp"
#include "fetch/api_failure.hpp"
#include "fetch/connection_options.hpp"
#include "fetch/paging.hpp"
#include "support/async/run_to_end.hpp"

namespace trunkwarden {
namespace {

std::vector<const resource_type*> types_of(const account_config& config, const polled_list& list)
{
    std::vector<const resource_type*> out;
    for (const auto resource : list.resources)
        out.push_back(&config.types[resource]);
    return out;
}

// The same list where its path has no /v2 of its own.
std::optional<listing> elsewhere(const listing& asked, const result<http_answer>& answer)
{
    const auto plain = plain_path(asked.path);
    if (plain.empty() || !answer || answer->status != 404)
        return std::nullopt;
    auto out = asked;
    out.path = std::string(plain);
    return out;
}

task<> ask_all(https_client& client, const account& watched, const secret& key,
               const first_answers_options& options, std::vector<first_answer>& out)
{
    asio::steady_timer pause(co_await asio::this_coro::executor);
    const auto lists = lists_to_ask_for(watched.view);
    for (const auto* list : lists) {
        auto asked = list->from;
        if (asked.path != options.whole_page_of)
            asked.page_size = std::min(asked.page_size, options.items);
        auto target = page_target(asked, 1);
        options.on_list(list->from.path);
        auto request = request_to_api(target, key, watched.config.settings);
        const auto began = std::chrono::steady_clock::now();
        auto answer = co_await client.send(std::move(request));
        if (const auto plain = elsewhere(asked, answer)) {
            target = page_target(*plain, 1);
            auto again = request_to_api(target, key, watched.config.settings);
            answer = co_await client.send(std::move(again));
        }
        const auto took = std::chrono::steady_clock::now() - began;
        const bool ends = ends_the_round(answer);
        out.push_back({list, types_of(watched.config, *list), readable_target(target), std::move(answer),
                       std::chrono::duration_cast<std::chrono::milliseconds>(took),
                       std::chrono::system_clock::now()});
        if (ends || out.size() == options.most_lists)
            break;
        pause.expires_after(between_first_requests);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

}  // namespace

http_request request_to_api(const std::string& target, const secret& key, const account_settings& account)
{
    http_request request;
    request.target = target;
    if (!account.managed_account_id.empty())
        request.headers.push_back({"X-Managed-Account-Id", account.managed_account_id});
    request.authorization = secret(fmt::format("Bearer {}", key.reveal()));
    return request;
}

bool ends_the_round(const result<http_answer>& answer)
{
    return !answer || answer->status == 401 || answer->status == 429;
}

std::vector<const polled_list*> lists_to_ask_for(const account_view& view)
{
    std::vector<const polled_list*> out;
    for (const auto& list : view.lists)
        if (list.from.pages != paging::answers)
            out.push_back(&list);
    return out;
}

result<void> run_with_client(const account_settings& account,
                             const std::function<task<>(https_client&)>& requests)
{
    auto way = api_connection(account);
    if (!way)
        return way.error();
    asio::io_context io(1);
    auto client = create_https_client(std::move(*way));
    if (!client)
        return client.error();
    run_to_end(io, requests(**client));
    client->reset();  // its connections belong to `io`
    return {};
}

result<std::vector<first_answer>> ask_every_list(const account& watched, const secret& key,
                                                 const first_answers_options& options)
{
    std::vector<first_answer> out;
    const auto asked = run_with_client(watched.config.settings, [&](https_client& client) {
        return ask_all(client, watched, key, options, out);
    });
    if (!asked)
        return asked.error();
    return out;
}

}  // namespace trunkwarden
