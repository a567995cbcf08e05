#include "watched_accounts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fetch/https_api_client.hpp"
#include "restoring.hpp"

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
    std::optional<failure> failed;
};

watched_accounts::watched_accounts(const watch_surroundings& with, asio::any_io_executor on)
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
        for (auto& open : one->watch->watched().findings.all_open())
            out.push_back(std::move(open));
    return out;
}

std::size_t watched_accounts::open_findings() const
{
    std::size_t count = 0;
    for (const auto& one : accounts_)
        count += one->watch->watched().findings.size();
    return count;
}

watched_accounts::one_watched* watched_accounts::named(const by_place& among, const std::string& name)
{
    const auto found = std::ranges::find_if(among, [&name](const auto& one) {
        return one != nullptr && one->watch->watched().settings.name == name;
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
    return out;
}

result<void> watched_accounts::add(ready_account ready, const kept_state& kept,
                                   std::chrono::milliseconds remind_every)
{
    if (ready.source)
        keep(ready.watched->settings.name, *ready.source);
    auto access = access_to(ready.watched->settings, ready.watched->poll, std::move(ready.key));
    auto one = take_in(std::move(ready), kept);
    auto client = create_https_api_client(std::move(access), *one->watch);
    if (!client)
        return client.error();
    one->watch->use(std::move(*client));
    one->watch->remind_every(remind_every);
    accounts_.push_back(std::move(one));
    return {};
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
    out.settings = read.ready.watched->settings;
    out.poll = read.ready.watched->poll;
    out.access = read.ready.access;
    out.source = std::move(read.ready.source);
    if (named(accounts_, read.name) == nullptr) {
        read.ready.watched->trusted = std::move(read.trusted);
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
    return out;
}

}  // namespace

// When it is reached in another way than before. Reads files: blocks.
result<void> watched_accounts::make_client(one_change& one, secret key) const
{
    const auto* known = one.added != nullptr ? one.added.get() : named(accounts_, one.name);
    const auto& watched = known->watch->watched();
    if (one.added == nullptr && watched.settings == one.settings && watched.poll == one.poll &&
        known->access == one.access)
        return {};
    auto access = access_to(one.settings, one.poll, std::move(key));
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
    with_.state.put(ended(watched.findings.all_open(), watched.now()));
    watched.lists.clear();
    watched.objects.clear();
    aside.let_go(std::exchange(watched.trusted, {}));
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
        auto before = co_await known.watch->use(std::move(*to.trusted), aside);
        aside.let_go(std::move(before));
        known.watch->note_distrust({});
    }
    if (restarts)
        start(known);
}

task<> watched_accounts::use(std::shared_ptr<changes> what, thread_aside& aside)
{
    const auto is_kept = [&what](const auto& one) {
        return std::ranges::any_of(what->accounts, [&one](const one_change& change) {
            return change.name == one->watch->watched().settings.name;
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
        return std::ranges::find(what->accounts, one->watch->watched().settings.name, &one_change::name);
    };
    std::ranges::sort(accounts_, {}, place);
}

}  // namespace trunkwarden
