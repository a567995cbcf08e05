#include "containment/lockdown.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "audit/audit_page.hpp"
#include "containment/json_path.hpp"
#include "containment/object_reading.hpp"
#include "containment/own_identity.hpp"
#include "containment/requests.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::string without(std::string text, const secret& hidden)
{
    const std::string_view word = hidden.reveal();
    if (word.empty())
        return text;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word))
        text.replace(at, word.size(), "(secret)");
    return text;
}

json::object line_of(const lockdown_item& item, std::string_view state)
{
    json::object out;
    out["item"] = view(item.key());
    out["state"] = view(state);
    out["words"] = view(item.words);
    return out;
}

std::string shown(const api_write& request)
{
    return fmt::format("{} {}{}{}", request.method, request.target, request.body.empty() ? "" : " ",
                       request.body);
}

// Carries out one item: everything that the steps share.
struct worker {
    account& watched;
    own_identity self;
    lockdown_folder& folder;

    task<lockdown_outcome> carry_out(lockdown_item item);
    task<lockdown_outcome> change(lockdown_item item, const observed_object& object);
    task<lockdown_outcome> rotate(lockdown_item item);
    task<lockdown_outcome> conclude(lockdown_item item, api_write request, std::optional<failure> refused);
    lockdown_outcome end(const lockdown_item& item, lockdown_outcome::how went, std::string detail) const
    {
        return {item, went, std::move(detail), {}, {}, watched.io.now()};
    }
};

using how = lockdown_outcome::how;

task<lockdown_outcome> worker::carry_out(lockdown_item item)
{
    if (!item.leave.empty())
        co_return end(item, how::left, item.leave);
    if (item.work == lockdown_work::rotate && folder.is_done(item.key()))
        co_return end(item, how::not_needed, "it was done before");
    auto seen = co_await read_object(watched, item.resource, item.address);
    if (!seen)
        co_return end(item, how::failed, "it could not be read: " + seen.error().what);
    if (!*seen || !(*seen)->is_reported())
        co_return end(item, how::not_needed, "it is not there any more");
    if (item.work == lockdown_work::rotate)
        co_return co_await rotate(std::move(item));
    // As it is by now: somebody else may be at work.
    const auto now = lockdown_item_for(lockdown_view(watched, self), item.resource, (*seen)->seen());
    if (!now)
        co_return end(item, how::not_needed, "it is as it should be by now");
    if (!now->leave.empty())
        co_return end(*now, how::left, now->leave);
    auto current = *now;
    co_return co_await change(std::move(current), **seen);
}

task<lockdown_outcome> worker::change(lockdown_item item, const observed_object& object)
{
    const auto& type = watched.config.types[item.resource];
    api_write request;
    if (item.work == lockdown_work::restore) {
        const auto judged = judge(type, watched.config.baseline.of(type), object.seen(),
                                  std::chrono::floor<std::chrono::days>(watched.io.now()));
        auto restoring = restoring_request_for(object, judged);
        if (!restoring)
            co_return end(item, how::left, restoring.error().what);
        request = std::move(restoring->request);
    } else {
        auto containing = containing_request(object);
        if (!containing)
            co_return end(item, how::left, containing.error().what);
        request = std::move(*containing);
    }
    action as_journaled;
    as_journaled.id = item.key();
    as_journaled.how = item.work == lockdown_work::restore ? measure::restore : measure::contain;
    as_journaled.undo = item.undo;
    as_journaled.address = item.address;
    as_journaled.request = request;
    as_journaled.before = journaled_text(type, object.whole);
    const auto undo = undoing_request(type, as_journaled, &object);

    auto line = line_of(item, "sending");
    line["request"] = view(shown(request));
    line["before"] = json::parse(as_journaled.before);
    if (undo)
        line["undo"] = view(shown(*undo));
    if (const auto written = folder.journal(line); !written)
        co_return end(item, how::failed, written.error().what);
    auto sent = request;
    const auto answer = co_await watched.io.api->send(std::move(sent));
    std::optional<failure> refused;
    if (!answer)
        refused = answer.error();
    auto out = co_await conclude(std::move(item), request, std::move(refused));
    out.request = shown(request);
    if (undo)
        out.undo = shown(*undo);
    co_return out;
}

task<lockdown_outcome> worker::conclude(lockdown_item item, api_write request, std::optional<failure> refused)
{
    const auto& type = watched.config.types[item.resource];
    const auto seen = co_await read_object(watched, item.resource, item.address);
    if (!seen)
        co_return end(item, how::failed, "it was sent, and could not be read since: " + seen.error().what);
    const bool shows = can_be_verified(type, request);
    const auto missing = shows ? shortfall(type, request, *seen ? &**seen : nullptr)
                               : (refused ? refused->what : std::string());
    if (!missing.empty())
        co_return end(item, how::failed, refused ? refused->what : "the API took it, but " + missing);
    co_return end(item, how::done, shows ? "read again: it is as it should be" : "the API took it");
}

// A password is on the disk before it is set: one that was set and is lost is an outage.
task<lockdown_outcome> worker::rotate(lockdown_item item)
{
    const auto& type = watched.config.types[item.resource];
    const auto what = fmt::format("{} {}: {}", type.noun, item.label, type.rotate.secret);
    secret fresh;
    api_write request{std::string(type.rotate.method), target_of(type.rotate.path, type, item.address), {}};
    if (type.rotate.chooses()) {
        auto chosen = folder.secret_for(item.key(), what);
        if (!chosen)
            co_return end(item, how::failed, chosen.error().what);
        fresh = std::move(*chosen);
        json::object body;
        body[view(type.rotate.secret)] = view(fresh.reveal());
        request.body = json::serialize(body);
    }
    if (const auto written = folder.journal(line_of(item, "sending")); !written)
        co_return end(item, how::failed, written.error().what);
    auto answer = co_await watched.io.api->send(std::move(request));
    if (!answer)
        co_return end(item, how::failed, without(answer.error().what, fresh));
    if (!type.rotate.chooses()) {
        const secret made(text_at(answer->body, "data." + std::string(type.rotate.secret)));
        if (made.empty())
            co_return end(item, how::failed,
                          "a new secret was made, but the answer does not show it: look it up in the portal");
        if (const auto kept = folder.keep_secret(item.key(), what, made); !kept)
            co_return end(item, how::failed, kept.error().what);
    }
    co_return end(item, how::done, "written to " + folder.credentials().string());
}

}  // namespace

lockdown_account lockdown_view(const account& watched, own_identity self)
{
    return {watched.config.types, watched.view.objects, watched.config.baseline, std::move(self),
            std::chrono::floor<std::chrono::days>(watched.io.now())};
}

task<own_identity> who_we_are(account& watched)
{
    auto out = own_key_of(watched);
    if (const auto user = co_await ask_own_user(watched)) {
        out.user_id = user->user_id;
        out.email = user->email;
    }
    co_return out;
}

task<> read_actors(account& watched)
{
    constexpr std::size_t most_pages = 20;
    std::vector<audit_event> events;
    for (std::size_t number = 1; number <= most_pages; ++number) {
        const auto target = audit_target(watched.io.now() - std::chrono::hours(24), number);
        const auto body = co_await watched.io.api->get(target, urgency::access);
        if (!body)
            break;
        auto page = parse_audit_page(*body);
        if (!page || page->facts.items == 0)
            break;
        std::ranges::move(page->events, std::back_inserter(events));
        if (page->facts.total_pages && number >= *page->facts.total_pages)
            break;
    }
    watched.memory.audit.restore(std::move(events));
    static_cast<void>(watched.memory.findings.explain(watched.memory.audit, watched.io.now()));
}

task<result<void>> keep_evidence(account& watched, lockdown_folder& folder, std::vector<std::string>& holes)
{
    if (folder.has_evidence())
        co_return result<void>();
    for (const auto& list : watched.view.lists) {
        const auto resource = list.watchers.front();
        const auto& type = watched.config.types[resource];
        auto objects = co_await read_raw_objects(watched, resource);
        if (!objects) {
            holes.push_back(fmt::format("{} is not in the evidence: {}", type.name, objects.error().what));
            continue;
        }
        std::string lines;
        for (const auto& whole : *objects)
            lines += fmt::format("{{\"resource\":\"{}\",\"object\":{}}}\n", type.name,
                                 journaled_text(type, whole));
        if (auto written = folder.add_evidence(lines); !written)
            co_return written.error();
    }
    json::object done;
    done["item"] = "evidence";
    done["state"] = "done";
    co_return folder.journal(done);
}

task<std::vector<lockdown_outcome>> carry_out_lockdown(account& watched, own_identity self,
                                                       std::vector<lockdown_item> items,
                                                       lockdown_folder& folder,
                                                       std::function<void(const lockdown_outcome&)> told)
{
    worker here{watched, std::move(self), folder};
    std::vector<lockdown_outcome> out;
    for (auto& item : items) {
        auto went = co_await here.carry_out(std::move(item));
        auto line = line_of(went.item, name_of(went.went));
        line["detail"] = view(went.detail);
        if (const auto written = folder.journal(line); !written) {
            went.went = how::failed;
            went.detail += "; " + written.error().what;
        }
        told(went);
        out.push_back(std::move(went));
    }
    co_return out;
}

}  // namespace trunkwarden
