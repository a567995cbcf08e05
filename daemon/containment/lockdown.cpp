#include "containment/lockdown.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "audit/audit_page.hpp"
#include "containment/action_executor.hpp"
#include "containment/json_path.hpp"
#include "containment/lockdown_recheck.hpp"
#include "containment/monitor_identity.hpp"
#include "containment/observe_object.hpp"
#include "containment/requests.hpp"
#include "snapshot/fingerprint.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

json::object line_of(const lockdown_item& item, std::string_view state, const lockdown_folder& folder)
{
    json::object out;
    const auto key = item.key();
    out["item"] = view(key);
    out["state"] = view(state);
    out["words"] = view(item.words);
    if (item.work == lockdown_work::rotate)
        out["round"] = folder.round_of(key);
    return out;
}

using status = lockdown_outcome::status;

// One request cannot always write everything: an item may need another one beside it.
constexpr int max_requests_of_an_item = 3;

// Carries out one item: makes an action of it for the executor, whose journal is the folder of the incident.
class item_execution final : public execution_terms {
public:
    item_execution(account& watched, const lockdown_terms& by, lockdown_folder& folder, lockdown_item item)
        : watched_(watched), by_(by), folder_(folder), item_(std::move(item))
    {
    }

    task<lockdown_outcome> run();

    optional_reason objection(execution& execution, const observed_object* now) override;
    optional_reason last_objection(const action&, const observed_object&) override { return std::nullopt; }
    task<result<void>> record(action action) override;
    result<void> on_answer(execution& execution, const write_answer& answer) override;
    void on_executed(const action& ended, const observed_object* now) override;

private:
    const resource_type& type() const { return watched_.config.types[item_.resource]; }
    const rotation& rotate() const { return type().rotate; }
    secret_key secret_of_item() const
    {
        return {item_.kind, item_.object_id, std::string(rotate().secret), folder_.round_of(item_.key())};
    }
    optional_reason stop(status went, std::string why)
    {
        stopped_ = went;
        return why;
    }
    optional_reason complete_change(execution& execution, const observed_object& now);
    optional_reason complete_rotation(execution& execution, const observed_object& now);
    optional_reason known_secret_holds(const new_secret& known, const observed_object& now);
    result<void> keep(const secret& made, secret_maker by);
    bool shows_fresh_secret(const observed_object& now) const;
    task<std::optional<lockdown_outcome>> made_before();
    task<lockdown_outcome> carry_out();
    lockdown_outcome end(status went, std::string detail) const
    {
        lockdown_outcome out{item_, went, std::move(detail), sent_, undo_, watched_.io.now()};
        out.change = change_;
        if (went != status::done)
            out.change.now = own_change::stage::over;
        return out;
    }
    void begin_change(const action& step);

    account& watched_;
    const lockdown_terms& by_;
    lockdown_folder& folder_;
    lockdown_item item_;
    status stopped_ = status::left;  // the outcome when objection() stops the item
    std::string sent_;
    std::optional<api_write> takes_it_back_;  // the request that is sent next
    std::vector<api_write> undo_;
    secret fresh_;                            // that the object is to have
    secret before_;                           // that it had
    bool holds_ = false;                      // the object was read, and shows the new secret
    std::optional<std::string> answered_at_;  // updated_at in the answer that showed the new secret
    own_change change_;                       // without a resource until a request is sent
    std::string date_seen_;                   // of the object, as it was last read before a request
    std::optional<lockdown_item> rest_;       // the item that still has to be restored after a request
};

task<lockdown_outcome> item_execution::run()
{
    if (item_.leave)
        co_return end(status::left, *item_.leave);
    if (auto before = co_await made_before())
        co_return std::move(*before);
    for (int request = 1;; ++request) {
        rest_.reset();
        auto out = co_await carry_out();
        if (out.went != status::done || !rest_)
            co_return out;
        if (rest_->leave)
            co_return end(status::left, "the rest was put back; " + *rest_->leave);
        if (request == max_requests_of_an_item)
            co_return end(status::failed, "it was put back, and still differs from the baseline");
    }
}

// The outcome for a secret that an earlier run made: whether it is still good.
task<std::optional<lockdown_outcome>> item_execution::made_before()
{
    const auto key = item_.key();
    if (item_.work != lockdown_work::rotate || !folder_.is_done(key))
        co_return std::nullopt;
    if (folder_.is_exposed(key))
        co_return end(status::left,
                      "its secret was made while a way into the account was open: once that is closed, "
                      "--rotate-again makes another one");
    const auto why = co_await why_not_in_force(watched_, item_, folder_.secrets().find(secret_of_item()));
    co_return end(why ? status::left : status::not_needed, why.value_or("it was done before"));
}

task<lockdown_outcome> item_execution::carry_out()
{
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
        co_return end(status::failed, executed.error().message);
    const auto went = executed->state == action_state::done    ? status::done
                      : executed->state == action_state::stale ? stopped_
                                                               : status::failed;
    // When this cannot be written, credentials.txt says less than is true.
    if (went == status::done && holds_)
        static_cast<void>(folder_.secrets().note_active(secret_of_item()));
    co_return end(went, executed->outcome);
}

// The object as it is by now decides: somebody else may be changing it.
optional_reason item_execution::objection(execution& execution, const observed_object* now)
{
    if (now == nullptr || !now->is_reported())
        return stop(status::not_needed, "it is not there any more");
    execution.step.seen = now->state;
    date_seen_ = now->seen().modified_at();
    if (item_.work == lockdown_work::rotate)
        return complete_rotation(execution, *now);
    auto as_now = lockdown_item_for(lockdown_view(watched_, by_), item_.resource, now->seen());
    if (!as_now)
        return stop(status::not_needed, "it is as it should be by now");
    item_ = std::move(*as_now);
    if (item_.leave)
        return stop(status::left, *item_.leave);
    return complete_change(execution, *now);
}

optional_reason item_execution::complete_change(execution& execution, const observed_object& now)
{
    if (item_.work == lockdown_work::restore) {
        const auto judged = judge(type(), watched_.config.baseline.entries_of(type()), now.seen(),
                                  std::chrono::floor<std::chrono::days>(watched_.io.now()));
        auto restoring = restoring_request_for(now, judged);
        if (!restoring)
            return stop(status::left, restoring.error().message);
        execution.step.request = std::move(restoring->request);
        execution.step.measure = measure::restore;
    } else {
        auto containing = containing_request(now);
        if (!containing)
            return stop(status::left, containing.error().message);
        execution.step.request = std::move(*containing);
        execution.step.measure = measure::contain;
    }
    execution.step.undo = item_.undo;
    auto as_journaled = execution.step;
    as_journaled.before = journaled_text(type(), now.whole);
    takes_it_back_.reset();
    if (auto undo = undoing_request(type(), as_journaled, &now))
        takes_it_back_ = std::move(*undo);
    return std::nullopt;
}

// An earlier run ended between making a secret and noting that it is active.
optional_reason item_execution::known_secret_holds(const new_secret& known, const observed_object& now)
{
    const auto shown = text_at(now.whole, rotate().secret);
    if (shown == known.value.reveal()) {
        holds_ = true;
        return stop(status::done, fmt::format("done: an earlier run gave it the new {}", rotate().secret));
    }
    if (rotate().chooses() || !(shown.empty() || is_masked(shown)))
        return std::nullopt;
    return stop(status::done,
                fmt::format("done: an earlier run had the new {} made; it cannot be verified, because "
                            "no answer shows it",
                            rotate().secret));
}

// A password is on the disk before it is set: one that was set and is lost is an outage.
optional_reason item_execution::complete_rotation(execution& execution, const observed_object& now)
{
    execution.step.measure = measure::rotate;
    execution.step.request = {
        std::string(rotate().method), target_of(rotate().path, type(), item_.address), {}};
    before_ = secret(text_at(now.whole, rotate().secret));
    std::optional<new_secret> known;
    if (const auto* found = folder_.secrets().find(secret_of_item()))
        known = *found;
    if (known) {
        // The run that made it may have ended before people could read it.
        if (const auto kept = folder_.secrets().keep(*known); !kept)
            return stop(status::failed, kept.error().message);
        if (auto why = known_secret_holds(*known, now))
            return why;
    }
    if (!rotate().chooses())
        return std::nullopt;
    fresh_ = known ? known->value : random_password();
    if (!known)
        if (const auto kept = keep(fresh_, secret_maker::trunkwarden); !kept)
            return stop(status::failed, kept.error().message);
    execution.fresh = fresh_secret{std::string(rotate().secret), fresh_};
    json::object body;
    body[view(rotate().secret)] = "(secret)";
    execution.step.request.body = json::serialize(body);
    return std::nullopt;
}

result<void> item_execution::keep(const secret& made, secret_maker by)
{
    new_secret secret;
    secret.key = secret_of_item();
    secret.label = item_.label;
    secret.made_by = by;
    secret.value = made;
    secret.at = rfc3339(watched_.io.now());
    return folder_.secrets().keep(std::move(secret));
}

task<result<void>> item_execution::record(action action)
{
    if (action.state != action_state::sending)
        co_return result<void>();  // carry_out_lockdown records the outcome
    auto line = line_of(item_, "sending", folder_);
    sent_ = shown_request(action.request);
    line["request"] = view(sent_);
    line["before"] = json::parse(action.before);
    if (takes_it_back_) {
        const auto undo = shown_request(*takes_it_back_);
        line["undo"] = view(undo);
        if (undo_.empty() || undo_.front() != *takes_it_back_)
            undo_.insert(undo_.begin(), *takes_it_back_);
    }
    auto written = folder_.journal(line);
    if (written)
        begin_change(action);
    co_return written;
}

// Between two requests somebody else may have changed the object: then no date is known to be from before.
void item_execution::begin_change(const action& step)
{
    const bool is_first = change_.resource.empty();
    change_.now = own_change::stage::sending;
    change_.resource = type().name;
    change_.object_id = item_.object_id;
    change_.user_id = by_.self.user_id;
    change_.date_before = is_first ? date_seen_ : "";
    change_.fields.merge(fields_written_by(type(), step.request));
    if (by_.announce)
        by_.announce(change_);
}

result<void> item_execution::on_answer(execution& execution, const write_answer& answer)
{
    if (execution.step.measure != measure::rotate)
        return {};
    if (rotate().chooses()) {
        if (execution.fresh && execution.fresh->shown_in_answer.reveal() == fresh_.reveal())
            answered_at_ = execution.fresh->answered_at;
        return {};
    }
    fresh_ = secret(text_at(answer.body, "data." + std::string(rotate().secret)));
    if (fresh_.empty())
        return failure{errc::not_understood,
                       "a new secret was made, but the answer does not show it: look it up in the portal"};
    if (fresh_.reveal() == before_.reveal())
        return failure{errc::not_understood, "the API answered with the secret that it had before"};
    if (auto kept = keep(fresh_, secret_maker::api); !kept)
        return kept;
    execution.fresh = fresh_secret{std::string(rotate().secret), fresh_};
    return {};
}

// Where the object shows asterisks, the answer to the request counts, as long as the object has its date: the
// API shows there what was set.
bool item_execution::shows_fresh_secret(const observed_object& now) const
{
    const auto shown = text_at(now.whole, rotate().secret);
    return is_masked(shown) ? answered_at_ == text_at(now.whole, "updated_at") : shown == fresh_.reveal();
}

void item_execution::on_executed(const action& ended, const observed_object* now)
{
    if (ended.state == action_state::done)
        change_.now = own_change::stage::done;
    if (now == nullptr || !now->is_reported() || ended.state != action_state::done)
        return;
    change_.left = now->state;
    change_.date_after = now->seen().modified_at();
    if (item_.work == lockdown_work::rotate)
        holds_ = !fresh_.empty() && shows_fresh_secret(*now);
    else if (item_.work == lockdown_work::restore)
        rest_ = lockdown_item_for(lockdown_view(watched_, by_), item_.resource, now->seen());
    for (const auto& field : type().fields)
        if (holds_ && field.path == rotate().secret)
            change_.secret = field.name;
}

// The looks at the ways in before and after the rotation both count.
task<> look_at_ways_in(account& watched, lockdown_account judged_by, lockdown_folder& folder, ways_in& seen)
{
    auto now = co_await look_for_ways_in(watched, judged_by);
    if (!now.open.empty())
        if (const auto noted = folder.note_exposed(now.open); !noted)
            now.open.push_back(noted.error().message);
    for (auto& way : now.open)
        if (std::ranges::find(seen.open, way) == seen.open.end())
            seen.open.push_back(std::move(way));
    seen.trusted = std::move(now.trusted);
}

}  // namespace

std::string shown_request(const api_write& request)
{
    return fmt::format("{} {}{}{}", request.method, request.target, request.body.empty() ? "" : " ",
                       request.body);
}

lockdown_account lockdown_view(const account& watched, const lockdown_terms& by)
{
    return {watched.config.types, watched.config.baseline, by.self,
            std::chrono::floor<std::chrono::days>(watched.io.now()), by.basis};
}

task<monitor_identity> read_monitor_identity(account& watched)
{
    auto out = monitor_key_of(watched);
    if (const auto user = co_await ask_monitor_user(watched.memory, watched.io)) {
        out.user_id = user->user_id;
        out.email = user->email;
    }
    co_return out;
}

task<> read_actors(account_memory& memory, const account_io& io)
{
    constexpr std::size_t max_pages = 20;
    std::vector<audit_event> events;
    for (std::size_t number = 1; number <= max_pages; ++number) {
        const auto target = audit_target(io.now() - std::chrono::hours(24), number);
        const auto body = co_await io.api->get(target, urgency::access);
        if (!body)
            break;
        auto page = parse_audit_page(*body);
        if (!page || page->facts.items == 0)
            break;
        std::ranges::move(page->events, std::back_inserter(events));
        if (page->facts.total_pages && number >= *page->facts.total_pages)
            break;
    }
    memory.audit.restore(std::move(events));
    static_cast<void>(memory.findings.attribute_open(memory.audit, io.now(), naming_by(memory.people)));
}

task<lockdown_run> carry_out_lockdown(account& watched, lockdown_terms by, std::vector<lockdown_item> items,
                                      lockdown_folder& folder,
                                      std::function<void(const lockdown_outcome&)> told)
{
    lockdown_run out;
    bool makes_secrets = false;
    for (auto& item : items) {
        if (item.work == lockdown_work::rotate && !makes_secrets) {
            makes_secrets = true;
            co_await look_at_ways_in(watched, lockdown_view(watched, by), folder, out.ways);
        }
        item_execution step(watched, by, folder, std::move(item));
        auto went = co_await step.run();
        auto line = line_of(went.item, name_of(went.went), folder);
        line["detail"] = view(went.detail);
        if (const auto written = folder.journal(line); !written) {
            went.went = status::failed;
            went.detail += "; " + written.error().message;
        }
        told(went);
        out.outcomes.push_back(std::move(went));
    }
    if (makes_secrets)
        co_await look_at_ways_in(watched, lockdown_view(watched, by), folder, out.ways);
    co_return out;
}

}  // namespace trunkwarden
