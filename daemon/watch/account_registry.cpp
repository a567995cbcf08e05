#include "watch/account_registry.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "fetch/https_api_client.hpp"
#include "state/history_words.hpp"
#include "status/action_page.hpp"
#include "support/digest.hpp"
#include "watch/state_restore.hpp"

namespace trunkwarden {

struct account_registry::registered {
    std::unique_ptr<account_watch> watch;
    digest access{};
    task_group::number task = 0;

    const std::string& name() const { return watch->watched().config.settings.name; }
};

struct account_registry::account_added {
    std::unique_ptr<registered> account;
    std::unique_ptr<api_client> client;
    std::optional<signed_baseline> source;  // of its baseline, when that is signed
};

struct account_registry::account_changed {
    std::string name;
    account_settings settings;
    poll_settings poll;
    digest access{};
    std::unique_ptr<api_client> other_client;  // nullptr: it is reached as before, and asked as often
    std::optional<baseline> trusted;           // nothing: the active one stays
    std::optional<signed_baseline> source;     // of the new baseline, when that is signed
};

struct account_registry::changes {
    std::vector<std::string> names;  // in the order of the settings
    std::vector<std::variant<account_added, account_changed>> accounts;
    std::chrono::milliseconds remind_every{};
    quarantine_settings quarantine;
};

account_registry::account_registry(const watch_dependencies& with, asio::any_io_executor on, registry_io io)
    : with_(with), io_(std::move(io)), tasks_(std::move(on))
{
}

account_registry::~account_registry() = default;

account_registry::watches account_registry::all() const
{
    watches out;
    for (const auto& account : accounts_)
        out.push_back(account->watch.get());
    return out;
}

std::vector<finding> account_registry::all_open() const
{
    std::vector<finding> out;
    for (const auto& account : accounts_)
        for (auto& open : account->watch->watched().memory.findings.all_open())
            out.push_back(std::move(open));
    return out;
}

std::size_t account_registry::open_findings() const
{
    std::size_t count = 0;
    for (const auto& account : accounts_)
        count += account->watch->watched().memory.findings.size();
    return count;
}

account_registry::registered* account_registry::find(const std::string& name) const
{
    const auto found =
        std::ranges::find_if(accounts_, [&name](const auto& known) { return known->name() == name; });
    return found == accounts_.end() ? nullptr : found->get();
}

std::unique_ptr<account_registry::registered> account_registry::make(ready_account ready,
                                                                     const kept_state& kept) const
{
    restore_secrets(*ready.watched, kept);
    restore_history(ready.watched->config, ready.watched->memory, kept);
    auto out = std::make_unique<registered>();
    out->access = ready.access;
    out->watch = std::make_unique<account_watch>(std::move(ready.watched), with_);
    out->watch->restore(kept.actions);
    return out;
}

result<void> account_registry::add(ready_account ready, const kept_state& kept,
                                   std::chrono::milliseconds remind_every)
{
    if (ready.source)
        keep_copy(ready.watched->config.settings.name, *ready.source);
    auto key = std::move(ready.key);
    account_added fresh{make(std::move(ready), kept), nullptr, std::nullopt};
    if (auto connected = connect(fresh, std::move(key)); !connected)
        return connected;
    fresh.account->watch->set_client(std::move(fresh.client));
    fresh.account->watch->remind_every(remind_every);
    accounts_.push_back(std::move(fresh.account));
    apply_policy();
    return {};
}

void account_registry::apply_policy()
{
    optional_reason why;
    if (frozen_)
        why =
            fmt::format("the quarantine is frozen since {}{}; \"trunkwarden quarantine thaw\" ends that",
                        rfc3339(frozen_->since), frozen_->reason.empty() ? "" : " (" + frozen_->reason + ")");
    for (auto& account : accounts_) {
        account->watch->set_policy(policy_);
        if (account->watch->guard().forbidden() != why)
            account->watch->forbid(why);
    }
}

void account_registry::set_policy(const quarantine_settings& policy)
{
    policy_ = policy;
    apply_policy();
}

void account_registry::restore_freeze(std::optional<freeze> kept)
{
    frozen_ = std::move(kept);
    apply_policy();
}

// The freeze holds at once; the answer says whether it also holds after a restart.
task<result<quarantine_outcome>> account_registry::set_frozen(std::optional<freeze> frozen, std::string by)
{
    frozen_ = frozen;
    apply_policy();
    state_change change;
    change.frozen = frozen_;
    auto told = history_of(frozen_, std::chrono::system_clock::now());
    told.by = by;
    change.events.push_back(std::move(told));
    const auto written = co_await with_.state.put_and_wait(std::move(change));
    if (frozen)  // the answer is true: requests that left before are through
        for (auto* watch : all())
            if (!co_await watch->orders().until_nothing_is_sent())
                co_return failure{errc::timed_out,
                                  "frozen; but a request that left before has no answer yet: \"trunkwarden "
                                  "quarantine list\" shows what became of it"};
    if (!written)
        co_return failure{errc::bad_file,
                          "it holds until the daemon stops, and no longer: " + written.error().message};
    with_.log.warn(frozen_ ? "the quarantine is frozen" : "the quarantine is thawed",
                   {{"reason", frozen_ ? frozen_->reason : std::string()}, {"by", by}});
    co_return quarantine_outcome{std::nullopt, frozen_};
}

static task<result<action>> undo(account_watch& watch, const quarantine_order& order)
{
    undo_order undo_order{order.while_frozen, order.by};
    return watch.orders().undo(order.id, std::move(undo_order));
}

task<result<quarantine_outcome>> account_registry::carry_out(quarantine_order order)
{
    using verb = quarantine_order::verb;
    if (order.wanted == verb::freeze) {
        freeze since{.since = std::chrono::system_clock::now(),
                     .reason = std::move(order.reason),
                     .by = std::move(order.by)};
        if (frozen_) {
            since.since = frozen_->since;
            since.state_lost = frozen_->state_lost;
        }
        auto by = since.by;
        co_return co_await set_frozen(std::move(since), std::move(by));
    }
    if (order.wanted == verb::thaw) {
        std::optional<freeze> nothing;
        co_return co_await set_frozen(std::move(nothing), std::move(order.by));
    }
    for (auto* watch : all()) {
        if (watch->guard().find(order.id) == nullptr)
            continue;
        result<action> done = failure{errc::bad_usage, {}};
        if (order.wanted == verb::approve)
            done = co_await watch->orders().approve(order.id, std::move(order.by));
        else if (order.wanted == verb::reject)
            done = co_await watch->orders().reject(order.id, order.reason, std::move(order.by));
        else
            done = co_await undo(*watch, order);
        if (!done)
            co_return done.error();
        co_return quarantine_outcome{std::move(*done), frozen_};
    }
    co_return failure{
        errc::not_found,
        fmt::format("there is no action {}; \"trunkwarden quarantine list\" shows them", order.id)};
}

result<quarantine_report> account_registry::report(const action_selection& chosen) const
{
    quarantine_report out;
    out.mode = policy_.mode;
    out.frozen = frozen_;
    std::vector<const action*> actions;
    for (const auto* watch : all()) {
        for (const auto& action : watch->guard().actions())
            actions.push_back(&action);
        for (const auto& refused : watch->guard().refused())
            if (++out.all_refused <= chosen.most)
                out.refused.push_back(refused);
    }
    if (const auto added = add_page(out, std::move(actions), chosen); !added)
        return added.error();
    return out;
}

std::optional<action> account_registry::find_action(std::string_view id) const
{
    for (const auto* watch : all())
        if (const auto* found = watch->guard().find(id); found != nullptr)
            return *found;
    return std::nullopt;
}

// Without the copy the watch continues: it is for the next start. Blocks.
void account_registry::keep_copy(const std::string& account, const signed_baseline& in_force) const
{
    if (const auto kept = io_.keep_baseline(in_force.text, in_force.kept_at); !kept)
        with_.log.error("the active baseline cannot be kept: a start with a bad signature would be refused",
                        {{"account", account}, {"reason", kept.error().message}});
}

void account_registry::set_baseline_error(const std::vector<skipped_account>& skipped)
{
    for (const auto& each : skipped)
        if (auto* known = find(each.account); known != nullptr)
            known->watch->set_baseline_error(each.baseline_error);
}

void account_registry::start(registered& account)
{
    account.task = tasks_.start(account.watch->watch_forever());
}

task<> account_registry::watch_forever()
{
    for (auto& account : accounts_)
        start(*account);
    co_await tasks_.run();
}

void account_registry::finish()
{
    for (auto& account : accounts_)
        account->watch->finish();
}

// ---- a reload

account_registry::account_added account_registry::added(account_read_again& read,
                                                        const kept_state& kept) const
{
    auto source = std::move(read.ready.source);
    read.ready.watched->config.baseline = std::move(read.trusted);
    return {make(std::move(read.ready), kept), nullptr, std::move(source)};
}

account_registry::account_changed account_registry::changed(account_read_again& read) const
{
    account_changed out;
    out.name = read.name;
    out.settings = read.ready.watched->config.settings;
    out.poll = read.ready.watched->config.poll;
    out.access = read.ready.access;
    out.source = std::move(read.ready.source);
    if (!read.baseline_error)
        out.trusted = std::move(read.trusted);
    return out;
}

namespace {

api_access access_for(const account& watched, const account_settings& settings, const poll_settings& poll,
                      secret key)
{
    auto out = access_to(settings, poll, std::move(key));
    const auto types = types_for(settings.api_keys);
    out.writes = allowed_writes(types);
    out.shown = &watched.memory.fingerprints.known();
    return out;
}

}  // namespace

// Both overloads read files: they block.
result<void> account_registry::connect(account_added& fresh, secret key) const
{
    auto& watch = *fresh.account->watch;
    const auto& config = watch.watched().config;
    auto client =
        io_.connect(access_for(watch.watched(), config.settings, config.poll, std::move(key)), watch);
    if (!client)
        return client.error();
    fresh.client = std::move(*client);
    return {};
}

result<void> account_registry::connect(account_changed& change, secret key) const
{
    const auto& known = *find(change.name);
    const auto& config = known.watch->watched().config;
    if (config.settings == change.settings && config.poll == change.poll && known.access == change.access)
        return {};
    auto client = io_.connect(
        access_for(known.watch->watched(), change.settings, change.poll, std::move(key)), *known.watch);
    if (!client)
        return client.error();
    change.other_client = std::move(*client);
    return {};
}

task<result<std::shared_ptr<account_registry::changes>>> account_registry::prepare(files_read_again& files,
                                                                                   const state_place& place,
                                                                                   worker_thread& aside)
{
    kept_state kept;
    auto read_kept = [this, &kept, &place] { kept = io_.read_kept(place); };
    const auto is_new = [this](const account_read_again& read) { return find(read.name) == nullptr; };
    if (std::ranges::any_of(files.accounts, is_new))
        co_await aside.run(read_kept);

    auto out = std::make_shared<changes>();
    out->remind_every = files.configured.alerts.reminder_interval;
    out->quarantine = files.configured.quarantine;
    std::vector<secret> keys;
    for (auto& read : files.accounts) {
        if (read.baseline_error && is_new(read))
            co_return failure{errc::bad_file,
                              *read.baseline_error};  // there is no active one that could stay
        out->names.push_back(read.name);
        keys.push_back(std::move(read.ready.key));
        if (is_new(read))
            out->accounts.emplace_back(added(read, kept));
        else
            out->accounts.emplace_back(changed(read));
    }

    result<void> connected;
    auto connect_all = [this, &keys, &out, &connected] {
        for (std::size_t at = 0; at < out->accounts.size() && connected; ++at) {
            const auto connect_one = [this, &key = keys[at]](auto& change) {
                return connect(change, std::move(key));
            };
            connected = std::visit(connect_one, out->accounts[at]);
        }
    };
    co_await aside.run(connect_all);
    if (!connected)
        co_return connected.error();
    co_return out;
}

// Its findings end, as they would at a start without it: nobody will ever say that they are over.
task<> account_registry::remove(registered& gone, worker_thread& aside)
{
    co_await tasks_.end(gone.task);
    gone.watch->finish();
    auto& watched = gone.watch->watched();
    with_.state.put(ended(watched.memory.findings.all_open(), "account", watched.io.now()));
    watched.view.lists.clear();
    watched.view.objects.clear();
    aside.dispose(std::exchange(watched.config.baseline, {}));
}

task<> account_registry::apply(account_added& fresh, worker_thread& aside)
{
    auto& account = *accounts_.emplace_back(std::move(fresh.account));
    account.watch->set_client(std::move(fresh.client));
    start(account);
    auto keep = [this, &account, &fresh] { keep_copy(account.name(), *fresh.source); };
    if (fresh.source)
        co_await aside.run(keep);
}

// The new baseline is active before the first reading with the new settings.
task<> account_registry::apply(account_changed& change, worker_thread& aside)
{
    auto& known = *find(change.name);
    const bool restarts = change.other_client != nullptr;
    if (restarts) {
        co_await tasks_.end(known.task);
        auto gone =
            known.watch->replace_settings(change.settings, change.poll, std::move(change.other_client));
        with_.state.put(ended(std::move(gone), "resource", known.watch->watched().io.now()));
        known.access = change.access;
    }
    if (change.trusted) {
        co_await known.watch->replace_baseline(std::move(*change.trusted), aside);
        known.watch->set_baseline_error(std::nullopt);
    }
    if (restarts)
        start(known);
    auto keep = [this, &change] { keep_copy(change.name, *change.source); };
    if (change.source)
        co_await aside.run(keep);
}

task<> account_registry::commit(std::shared_ptr<changes> ready, worker_thread& aside)
{
    const auto place = [&names = ready->names](const auto& account) {
        return std::ranges::find(names, account->name());
    };
    const auto stays = [&ready, &place](const auto& account) { return place(account) != ready->names.end(); };
    for (auto& account : accounts_)
        if (!stays(account))
            co_await remove(*account, aside);
    const auto gone = std::stable_partition(accounts_.begin(), accounts_.end(), stays);
    std::move(gone, accounts_.end(), std::back_inserter(gone_));
    accounts_.erase(gone, accounts_.end());

    for (auto& change : ready->accounts) {
        if (auto* fresh = std::get_if<account_added>(&change); fresh != nullptr)
            co_await apply(*fresh, aside);
        else
            co_await apply(std::get<account_changed>(change), aside);
    }
    std::ranges::sort(accounts_, {}, place);
    for (auto& account : accounts_)
        account->watch->remind_every(ready->remind_every);
    set_policy(ready->quarantine);
    with_.progress.notify_all();
}

}  // namespace trunkwarden
