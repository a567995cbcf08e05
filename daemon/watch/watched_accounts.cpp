#include "watch/watched_accounts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <iterator>
#include <utility>

#include "fetch/https_api_client.hpp"
#include "support/digest.hpp"
#include "watch/restoring.hpp"

namespace trunkwarden {

struct watched_accounts::one_watched {
    std::unique_ptr<account_watch> watch;
    digest access{};
    task_group::number task = 0;
};

// What becomes of one account. Exactly one of `added` and the rest is there.
struct watched_accounts::one_change {
    std::string name;
    std::unique_ptr<one_watched> added;
    std::unique_ptr<api_client> other_client;  // nullptr: it is reached as before, and asked as often
    account_settings settings;
    poll_settings poll;
    digest access{};
    std::optional<baseline> trusted;        // nothing: that in force stays
    std::optional<signed_baseline> source;  // of the new one, when it is signed
    std::unique_ptr<account> discarded;
};

struct watched_accounts::changes {
    std::vector<one_change> accounts;  // in the order of the settings
    std::chrono::milliseconds remind_every{};
    quarantine_settings quarantine;
    std::optional<failure> failed;
};

watched_accounts::watched_accounts(const watch_dependencies& with, asio::any_io_executor on)
    : with_(with), tasks_(std::move(on))
{
}

watched_accounts::~watched_accounts() = default;

watched_accounts::watches watched_accounts::all() const
{
    watches out;
    for (const auto& one : accounts_)
        out.push_back(one->watch.get());
    return out;
}

std::vector<finding> watched_accounts::all_open() const
{
    std::vector<finding> out;
    for (const auto& one : accounts_)
        for (auto& open : one->watch->watched().memory.findings.all_open())
            out.push_back(std::move(open));
    return out;
}

std::size_t watched_accounts::open_findings() const
{
    std::size_t count = 0;
    for (const auto& one : accounts_)
        count += one->watch->watched().memory.findings.size();
    return count;
}

watched_accounts::one_watched* watched_accounts::named(const by_place& among, const std::string& name)
{
    const auto found = std::ranges::find_if(among, [&name](const auto& one) {
        return one != nullptr && one->watch->watched().config.settings.name == name;
    });
    return found == among.end() ? nullptr : found->get();
}

std::unique_ptr<watched_accounts::one_watched> watched_accounts::take_in(ready_account ready,
                                                                         const kept_state& kept) const
{
    restore_secrets(*ready.watched, kept);
    restore_history(*ready.watched, kept);
    auto out = std::make_unique<one_watched>();
    out->access = ready.access;
    out->watch = std::make_unique<account_watch>(std::move(ready.watched), with_);
    out->watch->restore(kept.actions);
    return out;
}

result<void> watched_accounts::add(ready_account ready, const kept_state& kept,
                                   std::chrono::milliseconds remind_every)
{
    if (ready.source)
        keep(ready.watched->config.settings.name, *ready.source);
    auto access = access_to(ready.watched->config.settings, ready.watched->config.poll, std::move(ready.key));
    access.writes = allowed_writes(ready.watched->config.types);
    auto one = take_in(std::move(ready), kept);
    auto client = create_https_api_client(std::move(access), *one->watch);
    if (!client)
        return client.error();
    one->watch->use(std::move(*client));
    one->watch->remind_every(remind_every);
    accounts_.push_back(std::move(one));
    apply_policy();
    return {};
}

void watched_accounts::apply_policy()
{
    const auto why =
        frozen_ ? fmt::format(
                      "the quarantine is frozen since {}{}; \"trunkwarden quarantine thaw\" ends that",
                      rfc3339(frozen_->since), frozen_->reason.empty() ? "" : " (" + frozen_->reason + ")")
                : std::string();
    for (auto& one : accounts_) {
        one->watch->use(policy_);
        if (one->watch->guard().forbidden() != why)
            one->watch->forbid(why);
    }
}

void watched_accounts::use(const quarantine_settings& policy)
{
    policy_ = policy;
    apply_policy();
}

void watched_accounts::restore_freeze(std::optional<freeze> kept)
{
    frozen_ = std::move(kept);
    apply_policy();
}

// It holds at once; what the answer says is whether it also holds after a restart.
task<result<quarantine_outcome>> watched_accounts::set_frozen(std::optional<freeze> frozen)
{
    frozen_ = frozen;
    apply_policy();
    state_change change;
    change.frozen = frozen_;
    const auto written = co_await with_.state.put_and_wait(std::move(change));
    if (!written)
        co_return failure{errc::bad_file,
                          "it holds until the daemon stops, and no longer: " + written.error().what};
    with_.log.warn(frozen_ ? "the quarantine is frozen" : "the quarantine is thawed",
                   {{"reason", frozen_ ? frozen_->reason : std::string()}});
    co_return quarantine_outcome{std::nullopt, frozen_};
}

task<result<quarantine_outcome>> watched_accounts::carry_out(quarantine_order order)
{
    using verb = quarantine_order::verb;
    if (order.what == verb::freeze) {
        freeze since{std::chrono::system_clock::now(), std::move(order.reason)};
        if (frozen_)
            since.since = frozen_->since;
        co_return co_await set_frozen(std::move(since));
    }
    if (order.what == verb::thaw) {
        std::optional<freeze> nothing;
        co_return co_await set_frozen(std::move(nothing));
    }
    for (auto* watch : all()) {
        if (watch->guard().find(order.id) == nullptr)
            continue;
        result<action> done = failure{errc::bad_usage, {}};
        if (order.what == verb::approve)
            done = co_await watch->approve(order.id);
        else if (order.what == verb::reject)
            done = co_await watch->reject(order.id, order.reason);
        else
            done = co_await watch->undo(order.id);
        if (!done)
            co_return done.error();
        co_return quarantine_outcome{std::move(*done), frozen_};
    }
    co_return failure{
        errc::not_found,
        fmt::format("there is no action {}; \"trunkwarden quarantine list\" shows them", order.id)};
}

quarantine_report watched_accounts::report() const
{
    quarantine_report out{policy_.mode, frozen_, {}, {}};
    for (const auto* watch : all()) {
        std::ranges::copy(watch->guard().actions(), std::back_inserter(out.actions));
        std::ranges::copy(watch->guard().refused(), std::back_inserter(out.refused));
    }
    std::ranges::stable_sort(out.actions, std::ranges::greater(), &action::planned_at);
    return out;
}

// Without the copy the watch goes on: it is for the next start. Blocks.
void watched_accounts::keep(const std::string& account, const signed_baseline& in_force) const
{
    if (const auto kept = keep_baseline(in_force.text, in_force.kept_at); !kept)
        with_.log.error("the baseline in force cannot be kept: a start with a bad signature would be refused",
                        {{"account", account}, {"reason", kept.error().what}});
}

void watched_accounts::note_distrust(const std::vector<left_out>& distrusted)
{
    for (const auto& one : distrusted)
        if (auto* known = named(accounts_, one.account); known != nullptr)
            known->watch->note_distrust(one.distrust);
}

void watched_accounts::start(one_watched& one)
{
    one.task = tasks_.start(one.watch->watch_forever());
}

task<> watched_accounts::watch_forever()
{
    for (auto& one : accounts_)
        start(*one);
    co_await tasks_.run();
}

void watched_accounts::finish()
{
    for (auto& one : accounts_)
        one->watch->finish();
}

watched_accounts::one_change watched_accounts::change_of(account_read_again& read,
                                                         const kept_state& kept) const
{
    one_change out;
    out.name = read.name;
    out.settings = read.ready.watched->config.settings;
    out.poll = read.ready.watched->config.poll;
    out.access = read.ready.access;
    out.source = std::move(read.ready.source);
    if (named(accounts_, read.name) == nullptr) {
        read.ready.watched->config.baseline = std::move(read.trusted);
        out.added = take_in(std::move(read.ready), kept);
        return out;
    }
    if (read.distrust.empty())
        out.trusted = std::move(read.trusted);
    out.discarded = std::move(read.ready.watched);
    return out;
}

namespace {

// What an account that comes back, or was in another file, had learned. Blocks.
kept_state kept_in(const std::filesystem::path& state_file)
{
    auto secrets = read_secrets(state_file);
    auto findings = read_findings(state_file, false);
    auto out = secrets ? std::move(*secrets) : kept_state{};
    if (findings)
        out.findings = std::move(*findings);
    if (auto actions = read_actions(state_file))
        out.actions = std::move(*actions);
    return out;
}

}  // namespace

// When it is reached in another way than before. Reads files: blocks.
result<void> watched_accounts::make_client(one_change& one, secret key) const
{
    const auto* known = one.added != nullptr ? one.added.get() : named(accounts_, one.name);
    const auto& watched = known->watch->watched();
    if (one.added == nullptr && watched.config.settings == one.settings && watched.config.poll == one.poll &&
        known->access == one.access)
        return {};
    auto access = access_to(one.settings, one.poll, std::move(key));
    const auto types = types_for(one.settings.api_keys);
    access.writes = allowed_writes(types);
    auto client = create_https_api_client(std::move(access), *known->watch);
    if (!client)
        return client.error();
    one.other_client = std::move(*client);
    return {};
}

task<result<std::shared_ptr<watched_accounts::changes>>> watched_accounts::prepare(
    files_read_again& files, const std::filesystem::path& state_file, thread_aside& aside)
{
    kept_state kept;
    const bool has_new_ones = std::ranges::any_of(
        files.accounts, [this](const auto& read) { return named(accounts_, read.name) == nullptr; });
    auto read_kept = [&kept, &state_file] { kept = kept_in(state_file); };
    if (has_new_ones)
        co_await aside.run(read_kept);

    auto out = std::make_shared<changes>();
    out->remind_every = files.configured.alerts.reminder_interval;
    out->quarantine = files.configured.quarantine;
    std::vector<secret> keys;
    for (auto& read : files.accounts) {
        if (!read.distrust.empty() && named(accounts_, read.name) == nullptr)
            co_return failure{errc::bad_file, read.distrust};  // there is none in force that could stay
        keys.push_back(std::move(read.ready.key));
        out->accounts.push_back(change_of(read, kept));
    }
    auto make_clients = [this, &keys, &out] {
        for (std::size_t at = 0; at < out->accounts.size() && !out->failed; ++at)
            if (const auto made = make_client(out->accounts[at], std::move(keys[at])); !made)
                out->failed = made.error();
    };
    co_await aside.run(make_clients);
    if (out->failed)
        co_return *out->failed;
    co_return out;
}

// Its findings end, as they would at a start without it: nobody will ever say that they are over.
task<> watched_accounts::let_go(one_watched& gone, thread_aside& aside)
{
    co_await tasks_.end(gone.task);
    gone.watch->finish();
    auto& watched = gone.watch->watched();
    with_.state.put(ended(watched.memory.findings.all_open(), watched.io.now()));
    watched.view.lists.clear();
    watched.view.objects.clear();
    aside.let_go(std::exchange(watched.config.baseline, {}));
}

// The new baseline is in force before the first reading with the new settings.
task<> watched_accounts::use(one_watched& known, one_change& to, thread_aside& aside)
{
    const bool restarts = to.other_client != nullptr;
    if (restarts) {
        co_await tasks_.end(known.task);
        known.watch->use(to.settings, to.poll, std::move(to.other_client));
        known.access = to.access;
    }
    if (to.trusted) {
        co_await known.watch->use(std::move(*to.trusted), aside);
        known.watch->note_distrust({});
    }
    if (restarts)
        start(known);
}

task<> watched_accounts::use(std::shared_ptr<changes> what, thread_aside& aside)
{
    const auto is_kept = [&what](const auto& one) {
        return std::ranges::any_of(what->accounts, [&one](const one_change& change) {
            return change.name == one->watch->watched().config.settings.name;
        });
    };
    for (auto& one : accounts_)
        if (!is_kept(one))
            co_await let_go(*one, aside);
    const auto gone = std::stable_partition(accounts_.begin(), accounts_.end(), is_kept);
    std::move(gone, accounts_.end(), std::back_inserter(gone_));
    accounts_.erase(gone, accounts_.end());

    for (auto& change : what->accounts) {
        if (change.added != nullptr) {
            change.added->watch->use(std::move(change.other_client));
            accounts_.push_back(std::move(change.added));
            start(*accounts_.back());
        } else {
            co_await use(*named(accounts_, change.name), change, aside);
        }
        named(accounts_, change.name)->watch->remind_every(what->remind_every);
        auto keep_copy = [this, &change] { keep(change.name, *change.source); };
        if (change.source)
            co_await aside.run(keep_copy);
    }
    const auto place = [&what](const auto& one) {
        return std::ranges::find(what->accounts, one->watch->watched().config.settings.name,
                                 &one_change::name);
    };
    std::ranges::sort(accounts_, {}, place);
    use(what->quarantine);
    with_.progress.notify_all();
}

}  // namespace trunkwarden
