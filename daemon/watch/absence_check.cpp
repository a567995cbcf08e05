#include "watch/absence_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "account/cross_reference.hpp"
#include "fetch/object_target.hpp"
#include "findings/open_finding.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t max_asked = 25;  // of one reading

// After so many readings in a row that did not show one and the same object, the list is believed: some
// endpoints show objects that were removed. To hide an object that often takes luck with every reading.
constexpr unsigned max_denials = 5;

struct absent_object {
    std::size_t watcher = 0;  // of the list
    std::string address;
    std::string label;
    severity level{};
};

// A finding that ends when its object is not seen.
bool is_about_an_object(const deviation& seen)
{
    return !seen.from_event && !seen.address.empty() && seen.kind != deviation_kind::blind &&
           seen.kind != deviation_kind::missing;
}

void add_absent(const account& account, std::size_t resource, std::size_t watcher,
                const list_contents& contents, std::vector<absent_object>& out)
{
    const auto open = account.memory.findings.open().find(account.config.types[resource].name);
    if (open == account.memory.findings.open().end())
        return;
    std::map<std::string, absent_object, std::less<>> absent;
    for (const auto& [id, known] : open->second)
        if (is_about_an_object(known.deviation))
            absent.insert_or_assign(known.deviation.address,
                                    absent_object{watcher, known.deviation.address, known.deviation.label,
                                                  known.deviation.level});
    if (absent.empty())
        return;
    for_each(objects_of(contents, watcher), [&absent](const object_view& object) {
        if (const auto shown = absent.find(object.address()); shown != absent.end())
            absent.erase(shown);
    });
    for (auto& [address, object] : absent)
        out.push_back(std::move(object));
}

std::vector<absent_object> absent_objects(const account& account, const polled_list& list,
                                          const list_contents& contents)
{
    std::vector<absent_object> out;
    for (std::size_t watcher = 0; watcher < list.resources.size(); ++watcher)
        add_absent(account, list.resources[watcher], watcher, contents, out);
    std::ranges::stable_sort(out, std::greater<>(), &absent_object::level);
    if (out.size() > max_asked)
        out.resize(max_asked);
    return out;
}

// An answer that cannot be read is about an object that is there.
bool shows_it(polled_list& list, std::size_t watcher, const std::string& body)
{
    const auto page = list.parser.parse_one(body);
    return !page || page->objects[watcher]->size() > 0;
}

bool may_pass(errc kind)
{
    return kind == errc::timed_out || kind == errc::unreachable || kind == errc::rate_limited ||
           kind == errc::busy || kind == errc::server_error;
}

std::optional<failure> why_not_gone(polled_list& list, const absent_object& object,
                                    const result<std::string>& answer)
{
    const auto sentence =
        fmt::format("GET {}: the list does not show {}", list.from.path, printable(object.label, 80));
    if (answer && shows_it(list, object.watcher, *answer))
        return failure{errc::moved, sentence + ", which is there"};
    if (!answer && may_pass(answer.error().kind))
        return failure{answer.error().kind,
                       sentence + ", and it could not be asked for; " + answer.error().message};
    return std::nullopt;
}

}  // namespace

task<std::optional<failure>> find_hidden_object(account& account, polled_list& list,
                                                std::shared_ptr<const list_contents> contents)
{
    if (contents->pages.size() < 2 || is_index(account.view, list))
        co_return std::nullopt;
    const auto before = std::exchange(list.hidden, {});
    std::optional<failure> out;
    const auto absent = absent_objects(account, list, *contents);
    for (const auto& object : absent) {
        const auto target =
            object_target(account.config.types[list.resources[object.watcher]], object.address);
        const auto known = before.find(object.address);
        const auto denied = known == before.end() ? 0 : known->second;
        if (!target || denied >= max_denials)
            continue;
        const auto body = co_await account.io.api->get(*target, request_priority::now().giving_up_soon());
        if (auto failed = why_not_gone(list, object, body)) {
            list.hidden[object.address] = denied + static_cast<unsigned>(body.has_value());
            out = std::move(failed);
            if (!body)
                break;  // the others would wait for the same endpoint
        }
    }
    co_return out;
}

namespace {

struct unseen_object {
    std::string finding;
    std::string address;
    severity level{};
    time_point opened;
};

std::vector<unseen_object> objects_to_ask_for(const account& account, const resource_type& type,
                                              const observation& observation)
{
    std::vector<unseen_object> out;
    const auto surplus = account.memory.findings.unseen_surplus(type, observation);
    for (const auto& id : surplus) {
        const auto* known = open_finding(account.memory.findings, id);
        const auto& about = known->deviation;
        if (known->status == finding_status::open && is_about_an_object(about) &&
            object_target(type, about.address))
            out.push_back({id, about.address, about.level, known->opened});
    }
    std::ranges::sort(out, {}, [](const unseen_object& object) {
        return std::tuple(-static_cast<int>(object.level), object.opened);
    });
    if (out.size() > max_asked)
        out.resize(max_asked);
    return out;
}

}  // namespace

task<ledger::asked_objects> ask_for_unseen(account& account, polled_list& list, std::size_t resource,
                                           observation observation)
{
    const auto& type = account.config.types[resource];
    const auto place = std::ranges::find(list.resources, resource);
    const auto watcher = static_cast<std::size_t>(place - list.resources.begin());
    ledger::asked_objects out;
    bool is_answering = true;
    const auto unseen = objects_to_ask_for(account, type, observation);
    for (const auto& object : unseen) {
        const auto target = object_target(type, object.address).value();
        result<std::string> body = failure{errc::timed_out, ""};
        if (is_answering)
            body = co_await account.io.api->get(target, request_priority::now().giving_up_soon());
        if (body && shows_it(list, watcher, *body))
            account.memory.findings.was_there(object.finding, account.io.now());
        else if (body || body.error().kind == errc::not_found)
            out.gone.insert(object.finding);
        else
            out.not_known.insert(object.finding);
        is_answering = is_answering && (body || !may_pass(body.error().kind));
    }
    co_return out;
}

}  // namespace trunkwarden
