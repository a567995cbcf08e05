#include "web/peer_names.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <pwd.h>
#include <utility>
#include <vector>

#include "support/async/async_event.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t longest_name = 64;

struct name_look_up {
    std::optional<std::string> name;  // "": there is none
    async_event came;
};

}  // namespace

std::string name_of_user(uid_t user)
{
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> texts(16UL * 1024);
    if (::getpwuid_r(user, &entry, texts.data(), texts.size(), &found) != 0 || found == nullptr)
        return {};
    return found->pw_name;
}

std::string peer_words(const std::string& name, const http_query& query)
{
    if (!query.peer_user)
        return {};
    auto out = name.empty() ? fmt::format("uid {}", *query.peer_user) : printable(name, longest_name);
    if (*query.peer_user == 0 && !query.sudo_user.empty())
        out += fmt::format(" (sudo by {})", printable(query.sudo_user, longest_name));
    return out;
}

task<std::string> peer_names::words_for(const http_query& query)
{
    if (!query.peer_user)
        co_return std::string();
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    const auto asked = std::make_shared<name_look_up>();
    const auto here = co_await asio::this_coro::executor;
    ++asked_;
    asio::post(thread_, [this, asked, here, user = *query.peer_user] {
        auto found = look_up_(user);
        --asked_;
        asio::post(here, [asked, name = std::move(found)] {
            asked->name = name;
            asked->came.notify_all();
        });
    });
    while (!asked->name && std::chrono::steady_clock::now() < until)
        co_await asked->came.wait_until(until);
    co_return peer_words(asked->name.value_or(std::string()), query);
}

}  // namespace trunkwarden
