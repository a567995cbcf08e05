#include "cli/further_answers.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <utility>

#include "account/connection_counts.hpp"
#include "account/questions.hpp"
#include "account/read_running_calls.hpp"
#include "audit/access_log.hpp"
#include "audit/audit_page.hpp"
#include "containment/requests.hpp"
#include "fetch/object_target.hpp"
#include "snapshot/organization.hpp"
#include "use/balance.hpp"
#include "use/detail_records.hpp"
#include "use/usage_report.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

struct request_to_try {
    std::string target;
    const resource_type* type = nullptr;
    std::string hides;
    std::string path = {};  // for people; "": the target's, without its query
    std::vector<const resource_type*> shows = {};
};

std::string without_query(std::string_view target)
{
    return std::string(target.substr(0, target.find('?')));
}

const resource_type* type_of_role(const account_config& config, resource_role role)
{
    return &config.types[place_of_role(config, role)];
}

void take_objects(account_view& view, const std::vector<first_answer>& lists)
{
    for (const auto& answer : lists) {
        if (!answer.answer || answer.answer->status != 200)
            continue;
        const auto& resources = answer.list->resources;
        const auto page = list_with(view, resources.front())->parser.parse(answer.answer->body);
        for (std::size_t at = 0; page && at < resources.size(); ++at)
            view.objects[resources[at]] = {page->objects[at]};
    }
}

// ---- about single objects

void add_answers(const account_view& view, const resource_type& type, std::vector<request_to_try>& out,
                 further_answers& into)
{
    bool asks = false;
    for (const auto& about : type.asks_about) {
        auto only_this = type;
        only_this.asks_about = {about};
        const auto questions = questions_of(view, only_this);
        if (questions.all.empty())
            continue;
        asks = true;
        auto path = without_query(about.target);
        if (const auto gap = path.find("{}"); gap != std::string::npos)
            path.replace(gap, 2, "{id}");
        out.push_back(
            {questions.all.front().target, &type, std::string(type.guards), std::move(path), {&type}});
    }
    if (!asks)
        into.without_objects.push_back(&type);
}

std::string first_address(const object_list& objects)
{
    std::string out;
    for_each(objects, [&out](const object_view& object) {
        if (out.empty())
            out = object.address();
    });
    return out;
}

void add_running_calls(const account& watched, std::vector<request_to_try>& out, further_answers& into)
{
    const auto* type = type_of_role(watched.config, resource_role::active_calls);
    for (const auto& by : type->carried_by) {
        const auto& carriers = watched.view.objects[place_of_resource(watched.config, by.resource).value()];
        const auto id = first_address(carriers);
        if (id.empty())
            continue;
        out.push_back({running_calls_target(id, calls_shown::first), type, std::string(type->guards),
                       std::string(type->path)});
        return;
    }
    into.without_objects.push_back(type);
}

// An object alone, as it is read right before an action and after it. Lists that show the same objects share
// one request.
void add_single_objects(const account& watched, const polled_list& list, std::vector<request_to_try>& out)
{
    for (const auto resource : list.resources) {
        const auto& type = watched.config.types[resource];
        const auto address = first_address(watched.view.objects[resource]);
        auto target = address.empty() ? std::nullopt : object_target(type, address);
        if (!target)
            continue;
        auto path = path_of_one(type);
        const auto known = std::ranges::find(out, path, &request_to_try::path);
        if (known != out.end())
            known->shows.push_back(&type);
        else
            out.push_back({*std::move(target),
                           nullptr,
                           fmt::format("Whether one of {} is still as the list shows it: nothing is done "
                                       "about it then.",
                                       type.name),
                           std::move(path),
                           {&type}});
        if (const auto& code = type.contain.names_code; code.possible())
            out.push_back(
                {target_of(code.path, type, address), nullptr,
                 fmt::format("The codes by which one of {} is rejected: it is rejected without one.",
                             type.name),
                 std::string(code.path)});
    }
}

// ---- about the whole account

// The daemon reads the undocumented list where that of IAM cannot be read.
void add_other_keys(const account_config& config, const std::vector<first_answer>& lists,
                    std::vector<request_to_try>& out)
{
    const auto* keys = type_of_role(config, resource_role::api_keys);
    const auto is_refused = [keys](const first_answer& answer) {
        return answer.types.front() == keys && answer.answer &&
               (answer.answer->status == 403 || answer.answer->status == 404);
    };
    if (config.settings.api_keys.path.empty() && std::ranges::any_of(lists, is_refused))
        out.push_back({std::string(undocumented_api_keys), keys, std::string(keys->guards), {}, {keys}});
}

std::vector<request_to_try> requests_about(const account& watched, const std::vector<first_answer>& lists,
                                           further_answers& into)
{
    std::vector<request_to_try> out;
    out.push_back(
        {std::string(key_owner_path), nullptr,
         "The organisation and the user that the key belongs to, unless another answer names them."});
    for (const auto& list : watched.view.lists)
        if (list.from.pages == paging::answers)
            for (const auto resource : list.resources)
                add_answers(watched.view, watched.config.types[resource], out, into);
    add_running_calls(watched, out, into);
    add_other_keys(watched.config, lists, out);
    const auto* spending = type_of_role(watched.config, resource_role::spending);
    const auto* traffic = type_of_role(watched.config, resource_role::traffic);
    const auto since = std::chrono::system_clock::now() - 1h;
    out.push_back({std::string(balance_path), spending, std::string(spending->guards)});
    out.push_back(
        {detail_records_path(traffic_product::sip_trunking, 1), traffic, std::string(traffic->guards)});
    out.push_back(
        {audit_target(since, 1, 1), nullptr, "The author and the time of changes: findings name nobody."});
    out.push_back({access_log_target(since, ""), nullptr,
                   "The author of changes for which the audit log names nobody."});
    out.push_back({std::string(connection_counts_path), nullptr,
                   "Whether a list is short, or a connection is of a kind that no list shows."});
    for (const auto& list : watched.view.lists)
        if (list.from.pages != paging::answers)
            add_single_objects(watched, list, out);
    return out;
}

// ---- the requests

struct further_round {
    https_client& client;
    const account& watched;
    const secret& key;
    const std::function<void(const std::string&)>& on_path;
    further_answers& into;
};

// The answer is the last one of those that came.
task<> try_request(further_round& round, const request_to_try& wanted)
{
    asio::steady_timer pause(co_await asio::this_coro::executor, between_first_requests);
    co_await pause.async_wait(asio::use_awaitable);
    auto path = wanted.path.empty() ? without_query(wanted.target) : wanted.path;
    round.on_path(path);
    auto request = request_to_api(wanted.target, round.key, round.watched.config.settings);
    auto answer = co_await round.client.send(std::move(request));
    round.into.ended_early = ends_the_round(answer);
    round.into.all.push_back({std::move(path), wanted.type, wanted.hides, std::move(answer), wanted.shows});
}

// A report asks for what its options offer.
task<> try_reports(further_round& round)
{
    constexpr auto product = traffic_product::sip_trunking;
    const auto* traffic = type_of_role(round.watched.config, resource_role::traffic);
    const request_to_try options{usage_options_path(product), traffic, std::string(traffic->guards)};
    co_await try_request(round, options);
    const auto& answer = round.into.all.back().answer;
    if (round.into.ended_early || answer->status != 200)
        co_return;
    const auto columns = columns_in(answer->body, product);
    if (!columns)
        co_return;
    auto target = usage_report_path(product, *columns, std::chrono::system_clock::now(), 1);
    const request_to_try report{std::move(target), traffic, std::string(traffic->guards)};
    co_await try_request(round, report);
}

task<> try_all(further_round round, const std::vector<request_to_try>& wanted)
{
    for (const auto& request : wanted) {
        co_await try_request(round, request);
        if (round.into.ended_early)
            co_return;
    }
    co_await try_reports(round);
}

}  // namespace

result<further_answers> ask_further(account& watched, const secret& key,
                                    const std::vector<first_answer>& lists,
                                    const std::function<void(const std::string&)>& on_path)
{
    take_objects(watched.view, lists);
    further_answers out;
    const auto wanted = requests_about(watched, lists, out);
    const auto asked = run_with_client(watched.config.settings, [&](https_client& client) {
        return try_all({client, watched, key, on_path, out}, wanted);
    });
    if (!asked)
        return asked.error();
    return out;
}

}  // namespace trunkwarden
