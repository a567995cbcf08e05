#include "containment/lockdown.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "audit/audit_page.hpp"
#include "containment/action_executor.hpp"
#include "containment/json_path.hpp"
#include "containment/monitor_identity.hpp"
#include "containment/observe_object.hpp"
#include "containment/requests.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

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

using how = lockdown_outcome::how;

// Carries out one item: makes an action of it for the executor, whose journal is the folder of the incident.
class item_execution final : public execution_terms {
public:
    item_execution(account& watched, const monitor_identity& self, lockdown_folder& folder,
                   lockdown_item item)
        : watched_(watched), self_(self), folder_(folder), item_(std::move(item))
    {
    }

    task<lockdown_outcome> run();

    optional_reason objection(execution& of, const observed_object* now) override;
    optional_reason last_objection(const action&, const observed_object&) override { return std::nullopt; }
    task<result<void>> record(action one) override;
    result<void> on_answer(const execution& of, const write_answer& answer) override;
    void on_executed(const action&, const observed_object*) override {}

private:
    const resource_type& type() const { return watched_.config.types[item_.resource]; }
    std::string what_for() const
    {
        return fmt::format("{} {}: {}", type().noun, item_.label, type().rotate.secret);
    }
    optional_reason stop(how went, std::string why)
    {
        stopped_ = went;
        return why;
    }
    optional_reason complete_change(execution& of, const observed_object& now);
    optional_reason complete_rotation(execution& of);
    lockdown_outcome end(how went, std::string detail)
    {
        return {std::move(item_), went, std::move(detail), sent_, undo_, watched_.io.now()};
    }

    account& watched_;
    const monitor_identity& self_;
    lockdown_folder& folder_;
    lockdown_item item_;
    how stopped_ = how::left;  // what objection() means when it stops the item
    std::string sent_;
    std::string undo_;
};

task<lockdown_outcome> item_execution::run()
{
    if (!item_.leave.empty())
        co_return end(how::left, item_.leave);
    if (item_.work == lockdown_work::rotate && folder_.is_done(item_.key()))
        co_return end(how::not_needed, "it was done before");
    action planned;
    planned.id = item_.key();
    planned.account = watched_.config.settings.name;
    planned.resource = type().name;
    planned.object_id = item_.object_id;
    planned.address = item_.address;
    planned.label = item_.label;
    planned.summary = item_.words;
    planned.undo = item_.undo;
    const auto executed = co_await action_executor(watched_, *this).execute(std::move(planned));
    if (!executed)
        co_return end(how::failed, executed.error().what);
    co_return end(executed->state == action_state::done    ? how::done
                  : executed->state == action_state::stale ? stopped_
                                                           : how::failed,
                  executed->outcome);
}

// The object as it is by now decides: somebody else may be at work.
optional_reason item_execution::objection(execution& of, const observed_object* now)
{
    if (now == nullptr || !now->is_reported())
        return stop(how::not_needed, "it is not there any more");
    of.step.seen = now->state;
    if (item_.work == lockdown_work::rotate)
        return complete_rotation(of);
    auto as_now = lockdown_item_for(lockdown_view(watched_, self_), item_.resource, now->seen());
    if (!as_now)
        return stop(how::not_needed, "it is as it should be by now");
    item_ = std::move(*as_now);
    if (!item_.leave.empty())
        return stop(how::left, item_.leave);
    return complete_change(of, *now);
}

optional_reason item_execution::complete_change(execution& of, const observed_object& now)
{
    if (item_.work == lockdown_work::restore) {
        const auto judged = judge(type(), watched_.config.baseline.of(type()), now.seen(),
                                  std::chrono::floor<std::chrono::days>(watched_.io.now()));
        auto restoring = restoring_request_for(now, judged);
        if (!restoring)
            return stop(how::left, restoring.error().what);
        of.step.request = std::move(restoring->request);
        of.step.how = measure::restore;
    } else {
        auto containing = containing_request(now);
        if (!containing)
            return stop(how::left, containing.error().what);
        of.step.request = std::move(*containing);
        of.step.how = measure::contain;
    }
    of.step.undo = item_.undo;
    auto as_journaled = of.step;
    as_journaled.before = journaled_text(type(), now.whole);
    if (const auto undo = undoing_request(type(), as_journaled, &now))
        undo_ = shown(*undo);
    return std::nullopt;
}

// A password is on the disk before it is set: one that was set and is lost is an outage.
optional_reason item_execution::complete_rotation(execution& of)
{
    const auto& rotate = type().rotate;
    of.step.how = measure::rotate;
    of.step.request = {std::string(rotate.method), target_of(rotate.path, type(), item_.address), {}};
    if (!rotate.chooses())
        return std::nullopt;
    auto chosen = folder_.secret_for(item_.key(), what_for());
    if (!chosen)
        return stop(how::failed, chosen.error().what);
    of.fresh = fresh_secret{std::string(rotate.secret), std::move(*chosen)};
    json::object body;
    body[view(rotate.secret)] = "(secret)";
    of.step.request.body = json::serialize(body);
    return std::nullopt;
}

task<result<void>> item_execution::record(action one)
{
    if (one.state != action_state::sending)
        co_return result<void>();  // carry_out_lockdown records the outcome
    auto line = line_of(item_, "sending");
    sent_ = shown(one.request);
    line["request"] = view(sent_);
    line["before"] = json::parse(one.before);
    if (!undo_.empty())
        line["undo"] = view(undo_);
    co_return folder_.journal(line);
}

result<void> item_execution::on_answer(const execution& of, const write_answer& answer)
{
    if (of.step.how != measure::rotate || of.fresh)
        return {};
    const secret made(text_at(answer.body, "data." + std::string(type().rotate.secret)));
    if (made.empty())
        return failure{errc::not_understood,
                       "a new secret was made, but the answer does not show it: look it up in the portal"};
    return folder_.keep_secret(item_.key(), what_for(), made);
}

}  // namespace

lockdown_account lockdown_view(const account& watched, monitor_identity self)
{
    return {watched.config.types, watched.view.objects, watched.config.baseline, std::move(self),
            std::chrono::floor<std::chrono::days>(watched.io.now())};
}

task<monitor_identity> read_monitor_identity(account& watched)
{
    auto out = monitor_key_of(watched);
    if (const auto user = co_await ask_monitor_user(watched)) {
        out.user_id = user->user_id;
        out.email = user->email;
    }
    co_return out;
}

task<> read_actors(account& watched)
{
    constexpr std::size_t max_pages = 20;
    std::vector<audit_event> events;
    for (std::size_t number = 1; number <= max_pages; ++number) {
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
    static_cast<void>(watched.memory.findings.attribute_open(watched.memory.audit, watched.io.now()));
}

task<result<void>> keep_evidence(account& watched, lockdown_folder& folder, std::vector<std::string>& holes)
{
    if (folder.has_evidence())
        co_return result<void>();
    for (const auto& list : watched.view.lists) {
        const auto resource = list.resources.front();
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

task<std::vector<lockdown_outcome>> carry_out_lockdown(account& watched, monitor_identity self,
                                                       std::vector<lockdown_item> items,
                                                       lockdown_folder& folder,
                                                       std::function<void(const lockdown_outcome&)> told)
{
    std::vector<lockdown_outcome> out;
    for (auto& item : items) {
        item_execution step(watched, self, folder, std::move(item));
        auto went = co_await step.run();
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
