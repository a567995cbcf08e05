#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "account/account.hpp"
#include "fetch/http_message.hpp"
#include "fetch/https_client.hpp"
#include "support/async/async.hpp"
#include "support/clock.hpp"
#include "support/result.hpp"
#include "support/secret.hpp"

// One request for the first page of each list of an account, one after another: they show the rights of a
// key, and the API's answers.

namespace trunkwarden {

struct first_answer {
    const polled_list* list = nullptr;
    std::vector<const resource_type*> types;  // those that look at the list
    std::string request;                      // "/ips?page[number]=1&page[size]=1"
    result<http_answer> answer;
    std::chrono::milliseconds took{0};
    time_point at;
};

// All but those that are made of answers about single objects.
std::vector<const polled_list*> lists_to_ask_for(const account_view& view);

struct first_answers_options {
    std::uint16_t items = 1;         // asked for of each list
    std::string_view whole_page_of;  // the path of a list of which a whole page is
    std::size_t most_lists = std::numeric_limits<std::size_t>::max();  // ends after so many
    std::function<void(const std::string&)> on_list = [](const std::string&) {
    };  // its path, before it is asked
};

// As the daemon sends it for this account.
http_request request_to_api(const std::string& target, const secret& key, const account_settings& account);

// Whether asking on would change nothing: the API cannot be reached, rejects the key (401) or refuses more
// requests (429).
bool ends_the_round(const result<http_answer>& answer);

// Between two requests.
inline constexpr auto between_first_requests = std::chrono::milliseconds(100);

// Makes a client of the account's API and runs `requests` with it to their end. Fails with bad_usage for the
// account's api_url and bad_file for its ca_file.
result<void> run_with_client(const account_settings& account,
                             const std::function<task<>(https_client&)>& requests);

// At most ten requests a second. Ends early, with what came so far, when ends_the_round() says so. Fails as
// run_with_client() does.
result<std::vector<first_answer>> ask_every_list(const account& watched, const secret& key,
                                                 const first_answers_options& options);

}  // namespace trunkwarden
