#include "reload/reloading.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "baseline/compare/meaning.hpp"
#include "catalogue/catalogue.hpp"
#include "settings/referenced_files.hpp"
#include "settings/settings_changes.hpp"
#include "support/digest.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

struct account_changes {
    std::string account;
    std::size_t entries = 0;
    std::string distrust;  // why its baseline is not taken
    bool is_added = false;
    trust_changes of_baseline;
};

std::size_t entries_of(const baseline& of)
{
    std::size_t count = 0;
    for (const auto& resource : of.resources)
        count += resource.entries().size();
    return count;
}

std::vector<std::string> distrust_in(const std::vector<account_changes>& accounts)
{
    std::vector<std::string> out;
    for (const auto& one : accounts)
        if (!one.distrust.empty())
            out.push_back(fmt::format("account {}: {}", one.account, one.distrust));
    return out;
}

// Accounts whose baselines would be judged by another key than the one in force.
std::vector<left_out> with_other_keys(const settings& in_force, const settings& wanted,
                                      const std::string& why)
{
    std::vector<left_out> out;
    for (const auto& was : in_force.accounts)
        for (const auto& is : wanted.accounts)
            if (was.name == is.name && !was.baseline_public_key.empty() &&
                was.baseline_public_key != is.baseline_public_key)
                out.push_back({was.name, why});
    return out;
}

std::string took_of(const std::vector<account_changes>& accounts)
{
    std::string out;
    for (const auto& of : accounts)
        if (of.distrust.empty())
            out += fmt::format("{}the baseline of account {}, {}", out.empty() ? "took " : "; ", of.account,
                               of.entries == 1 ? "1 entry" : fmt::format("{} entries", of.entries));
    return out.empty() ? "took no baseline" : out;
}

std::string joined(const std::vector<std::string>& lines)
{
    return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

struct reloading::attempt {
    files_read_again files;
    std::shared_ptr<front_doors::other_places> places;
    std::shared_ptr<telling::other_sinks> sinks;
    std::shared_ptr<watched_accounts::changes> accounts;
    trust_changes of_settings;
    std::vector<account_changes> of_accounts;
    std::vector<std::string> waits;  // for the next start
};

reloading::reloading(std::function<files_reading()> read_again, std::optional<digest> taken,
                     const reloadable& what, logger& log)
    : read_again_(std::move(read_again)),
      what_(what),
      log_(log),
      files_(aside_),
      taken_(taken),
      followed_(files_of(what.configured))
{
    files_.follow(followed_);
}

task<> reloading::reload_forever()
{
    for (;;) {
        const auto why = co_await queue_.next();
        if (why == reload_cause::asked)
            what_.manager.reloading();
        auto outcome = co_await reload_once(why);
        if (!outcome)
            outcome.emplace("nothing changed");
        if (why == reload_cause::asked)
            what_.manager.ready();
        queue_.done(*outcome);
    }
}

task<> reloading::follow_the_files()
{
    for (;;) {
        co_await files_.until_changed();
        co_await queue_.ask(reload_cause::files_changed);
    }
}

// Nothing when the files were touched, and read the same. The digest is made first: an edit in between shows
// as another the next time.
task<std::optional<result<std::string>>> reloading::reload_once(reload_cause why)
{
    std::optional<digest> seen;
    files_reading read;
    auto followed = followed_;
    const bool only_if_others = why == reload_cause::files_changed;
    auto work = [&, this] {
        const auto in_force = files_of(what_.configured);  // reads web.config_file
        seen = digest_of(followed);
        if (only_if_others && seen == taken_)
            return;
        read = read_again_();
        auto names = united(read.looked_at, in_force);
        if (names == followed)
            return;
        followed = std::move(names);  // the files of other settings
        seen = digest_of(followed);
        read = read_again_();
        if (united(read.looked_at, in_force) != followed)
            seen.reset();  // edited this very moment: once more
    };
    co_await aside_.run(work);
    if (only_if_others && seen && seen == taken_)
        co_return std::nullopt;
    taken_ = seen;
    followed_ = followed;
    files_.follow(std::move(followed));
    for (const auto& warning : read.warnings)
        log_.warn("settings", {{"warning", warning}});
    what_.accounts.note_distrust(read.distrusted);
    if (!read.valid)
        co_return refuse(std::move(read.problems));
    auto outcome = co_await take(std::move(*read.valid));
    co_return outcome;
}

result<std::string> reloading::refuse(std::vector<std::string> problems)
{
    for (const auto& one : problems)
        log_.error("an edited file is not valid", {{"problem", one}});
    log_.error("the files are not taken; what was in force stays", {{"problems", problems.size()}});
    auto what = joined(problems);
    record_.refused = refused_reload{std::chrono::system_clock::now(), std::move(problems)};
    return failure{errc::bad_file, std::move(what)};
}

result<std::string> reloading::refuse_for(std::string problem)
{
    std::vector<std::string> problems;
    problems.push_back(std::move(problem));
    return refuse(std::move(problems));
}

task<result<std::string>> reloading::take(files_read_again files)
{
    attempt one;
    one.files = std::move(files);
    if (auto refusal = takes_a_restart(what_.configured, one.files.configured)) {
        what_.accounts.note_distrust(with_other_keys(what_.configured, one.files.configured, *refusal));
        co_return refuse_for(*std::move(refusal));
    }
    co_await find_changes(one);
    if (const auto ready = co_await make_ready(one); !ready)
        co_return refuse_for(ready.error().what);
    auto outcome = tell(one);  // first what it means, then what follows from it
    co_await put_in_force(one);
    aside_.let_go(std::move(one.files));
    if (outcome) {
        record_.refused.reset();
        record_.last_taken = std::chrono::system_clock::now();
    } else {
        record_.refused = refused_reload{std::chrono::system_clock::now(), distrust_in(one.of_accounts)};
    }
    log_.info("reloaded", {{"took", took_of(one.of_accounts)}});
    co_return outcome;
}

// What those in force are compared with; only reloads change them, and there is one at a time.
task<> reloading::find_changes(attempt& one)
{
    one.of_settings = changes_of_settings(what_.configured, one.files.configured);
    one.waits = what_waits(what_.configured, one.files.configured);
    const auto watches = what_.accounts.all();
    auto work = [&one, &watches] {
        for (const auto& read : one.files.accounts) {
            account_changes found{read.name, entries_of(read.trusted), read.distrust, false, {}};
            const auto known = std::ranges::find_if(watches, [&read](const account_watch* watch) {
                return watch->watched().settings.name == read.name;
            });
            found.is_added = known == watches.end();
            if (!found.is_added && read.distrust.empty())
                found.of_baseline = changes_of_meaning(catalogue, (*known)->watched().trusted, read.trusted);
            one.of_accounts.push_back(std::move(found));
        }
    };
    co_await aside_.run(work);
}

// All that can fail, and changes nothing.
task<result<void>> reloading::make_ready(attempt& one)
{
    const auto& wanted = one.files.configured;
    result<std::shared_ptr<telling::other_sinks>> sinks = failure{errc::bad_usage, {}};
    result<std::shared_ptr<front_doors::other_places>> places = failure{errc::bad_usage, {}};
    auto work = [this, &wanted, &sinks, &places] {
        sinks = what_.people.prepare(wanted.alerts.sinks);
        places = what_.doors.prepare(what_.configured, wanted);
    };
    co_await aside_.run(work);
    if (!sinks)
        co_return sinks.error();
    if (!places)
        co_return places.error();
    auto accounts = co_await what_.accounts.prepare(one.files, what_.configured.state_file, aside_);
    if (!accounts)
        co_return accounts.error();
    one.sinks = std::move(*sinks);
    one.places = std::move(*places);
    one.accounts = std::move(*accounts);
    co_return result<void>();
}

task<> reloading::put_in_force(attempt& one)
{
    what_.configured = without_what_waits(what_.configured, one.files.configured);
    co_await what_.people.use(one.sinks);
    co_await what_.accounts.use(one.accounts, aside_);
    what_.doors.use(one.places, what_.configured);
}

void reloading::tell_changes(const std::string& account, const trust_changes& changes, std::string& lines)
{
    for (const auto& one : changes.told()) {
        const bool wider = one.to == trust_change::way::wider;
        std::vector<log_field> fields;
        if (!account.empty())
            fields.emplace_back("account", account);
        fields.emplace_back("change", one.sentence);
        if (wider)
            log_.write(log_level::warn, "a reload lets more pass", fields);
        else
            log_.write(log_level::info, "a reload lets less pass, or as much", fields);
        lines +=
            account.empty() ? one.sentence + '\n' : fmt::format("account {}: {}\n", account, one.sentence);
    }
    if (changes.untold() == 0)
        return;
    const auto more = fmt::format("and {} more", plural(changes.untold(), "change"));
    log_.warn("a reload changes more than is told one by one", {{"account", account}, {"change", more}});
    lines += account.empty() ? more + '\n' : fmt::format("account {}: {}\n", account, more);
}

// Of a baseline that is not taken, the outcome is a failure, although all else was taken.
result<std::string> reloading::tell(const attempt& one)
{
    std::string lines;
    tell_changes({}, one.of_settings, lines);
    for (const auto& of : one.of_accounts) {
        if (!of.distrust.empty()) {
            log_.error("a baseline is not taken; the one in force stays",
                       {{"account", of.account}, {"reason", of.distrust}});
            lines += fmt::format("account {}: {}; the baseline in force stays\n", of.account, of.distrust);
            continue;
        }
        tell_changes(of.account, of.of_baseline, lines);
    }
    for (const auto& waits : one.waits) {
        log_.warn("a setting takes a restart", {{"change", waits}});
        lines += waits + '\n';
    }
    if (lines.empty())
        lines = "nothing that is trusted changed\n";
    lines.pop_back();
    lines = took_of(one.of_accounts) + '\n' + lines;
    if (!distrust_in(one.of_accounts).empty())
        return failure{errc::untrusted, std::move(lines)};
    return lines;
}

}  // namespace trunkwarden
