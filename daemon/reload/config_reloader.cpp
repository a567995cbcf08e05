#include "reload/config_reloader.hpp"

#include <fmt/format.h>
#include <utility>

#include "settings/settings_changes.hpp"

namespace trunkwarden {
namespace {

// Accounts whose baselines would be judged by another key than the active one.
std::vector<skipped_account> with_other_keys(const settings& in_force, const settings& wanted,
                                             const std::string& why)
{
    std::vector<skipped_account> out;
    for (const auto& was : in_force.accounts)
        for (const auto& is : wanted.accounts)
            if (was.name == is.name && !was.baseline_public_key.empty() &&
                was.baseline_public_key != is.baseline_public_key)
                out.push_back({was.name, why});
    return out;
}

}  // namespace

config_reloader::config_reloader(config_files files, known_files known, const dependencies& with)
    : files_(std::move(files)), known_(std::move(known)), with_(with), watcher_(with.aside)
{
    watcher_.follow(known_.files);
}

reload_queue::outcome config_reloader::answer_of(reload_result done)
{
    switch (done.outcome) {
        case reload_outcome::refused:
            return failure{errc::bad_file, std::move(done.report)};
        case reload_outcome::applied_in_part:
            return failure{errc::untrusted, std::move(done.report)};
        case reload_outcome::unchanged:
        case reload_outcome::applied:
            break;
    }
    return std::move(done.report);
}

task<> config_reloader::reload_forever()
{
    for (;;) {
        const auto cause = co_await queue_.next();
        if (cause == reload_cause::asked)
            with_.manager.reloading();
        auto done = co_await reload_once(cause);
        if (cause == reload_cause::asked)
            with_.manager.ready();
        queue_.done(answer_of(std::move(done)));
    }
}

task<> config_reloader::follow_files()
{
    for (;;) {
        co_await watcher_.until_changed();
        co_await queue_.ask(reload_cause::files_changed);
    }
}

task<config_reloader::reload_result> config_reloader::reload_once(reload_cause cause)
{
    stable_read read;
    auto work = [this, &read, cause] { read = read_until_stable(files_, with_.configured, known_, cause); };
    co_await with_.aside.run(work);
    if (read.is_unchanged)
        co_return reload_result{reload_outcome::unchanged, "nothing changed"};

    known_ = std::move(read.known);
    watcher_.follow(known_.files);
    for (const auto& warning : read.reading.warnings)
        with_.log.warn("settings", {{"warning", warning}});
    with_.target.set_baseline_error(read.reading.skipped);
    if (!read.reading.valid)
        co_return refuse(std::move(read.reading.problems));
    auto done = co_await apply(std::move(*read.reading.valid));
    co_return done;
}

void config_reloader::record(history_kind kind, std::string sentence) const
{
    for (auto at = sentence.find('\n'); at != std::string::npos; at = sentence.find('\n', at))
        sentence.replace(at, 1, "; ");
    const auto now = std::chrono::system_clock::now();
    with_.record({.at = now, .kind = kind, .sentence = std::move(sentence)});
}

config_reloader::reload_result config_reloader::refuse(std::vector<std::string> problems)
{
    for (const auto& problem : problems)
        with_.log.error("an edited file is not valid", {{"problem", problem}});
    with_.log.error("the files are rejected; the active ones stay", {{"problems", problems.size()}});
    auto report = fmt::format("{}", fmt::join(problems, "\n"));
    record(history_kind::not_reloaded,
           fmt::format("edited files were refused: {}", fmt::join(problems, "; ")));
    record_.refused = refused_reload{std::chrono::system_clock::now(), std::move(problems)};
    return {reload_outcome::refused, std::move(report)};
}

baselines_in_force config_reloader::baselines_of(const files_read_again& files) const
{
    baselines_in_force out;
    for (const auto& read : files.accounts)
        if (const auto* known = with_.target.baseline_of(read.name))
            out.emplace(read.name, known);
    return out;
}

// Compares, makes everything ready, says what changes, and then changes it.
task<config_reloader::reload_result> config_reloader::apply(files_read_again files)
{
    auto& in_force = with_.configured;
    if (auto refusal = reload_refusal(in_force, files.configured)) {
        with_.target.set_baseline_error(with_other_keys(in_force, files.configured, *refusal));
        co_return refuse(std::vector<std::string>(1, *std::move(refusal)));
    }

    // The active baselines change only here, and there is one reload at a time.
    const auto baselines = baselines_of(files);
    reload_diff changes;
    auto compare = [&changes, &in_force, &baselines, &files] { changes = diff(in_force, baselines, files); };
    co_await with_.aside.run(compare);

    const auto transaction = co_await with_.target.prepare(in_force, files);
    if (!transaction)
        co_return refuse(std::vector<std::string>(1, transaction.error().message));

    log_changes(changes, with_.log);
    in_force = without_restart_settings(in_force, files.configured);
    co_await (*transaction)->commit(in_force);
    with_.aside.dispose(std::move(files));

    reload_result done{reload_outcome::applied, report_of(changes)};
    const auto now = std::chrono::system_clock::now();
    if (auto baseline_error = baseline_errors_in(changes); !baseline_error.empty()) {
        done.outcome = reload_outcome::applied_in_part;
        record(history_kind::not_reloaded,
               fmt::format("edited files were taken in part: {}", fmt::join(baseline_error, "; ")));
        record_.refused = refused_reload{now, std::move(baseline_error)};
    } else {
        record_.refused.reset();
        record_.last_taken = now;
        record(history_kind::reload, done.report);
    }
    with_.log.info("reloaded", {{"took", summary_of(changes)}});
    co_return done;
}

}  // namespace trunkwarden
