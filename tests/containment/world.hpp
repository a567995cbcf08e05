#pragma once

#include <boost/json.hpp>

#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "account/account.hpp"
#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "containment/quarantine.hpp"
#include "fakes/paths.hpp"
#include "fakes/run.hpp"
#include "fetch/api_failure.hpp"
#include "findings/finding_record.hpp"
#include "simulator/account.hpp"
#include "simulator/api.hpp"
#include "simulator/attacks.hpp"
#include "state/action_record.hpp"
#include "support/known_secrets.hpp"
#include "watch/organization_check.hpp"
#include "watch/sweep.hpp"

// An account, the daemon's watch and quarantine over it, and a disk, all in memory and on one clock:
// everything happens in the order in which a test says, and the same test does the same each time.

namespace trunkwarden::quarantine_world {

namespace json = boost::json;
using namespace std::chrono_literals;

// A power cut: everything in memory is gone.
struct power_cut {
    std::string where;
};

// The outcome of a write. Some answers lie.
enum class mishap {
    none,
    rate_limited,      // nothing happened
    refused_409,       // nothing happened
    refused_422,       // nothing happened
    server_error,      // nothing happened, though nobody can know
    timed_out_before,  // nothing happened, and no answer came
    timed_out_after,   // it was carried out, and no answer came
    answer_only,       // 200, and nothing happened
    half_applied,      // 200, and only the first member took
};

// The API in process: the simulator without a network.
class api_in_process final : public api_client {
public:
    api_in_process(simulator::account& on) : on_(on) {}

    std::function<bool(const std::string& path)> cannot_read = [](const std::string&) { return false; };
    std::function<bool(const std::string& path)> is_forbidden = [](const std::string&) { return false; };
    // An endpoint whose allowance is used up.
    std::function<bool(const std::string& path)> takes_no_more = [](const std::string&) { return false; };
    // Changes the text of an answer on its way.
    std::function<void(const std::string& path, std::string& body)> spoil = [](const std::string&,
                                                                               std::string&) {};
    std::function<mishap(const api_write&)> write_goes = [](const api_write&) { return mishap::none; };
    std::function<void(const api_write&)> on_its_way = [](const api_write&) {};  // it waits for its turn
    std::function<void(const api_write&)> just_before_write = [](const api_write&) {};
    std::function<void(const api_write&)> after_write = [](const api_write&) {};
    std::function<void(const std::string& target)> after_read = [](const std::string&) {};
    std::string refusal = "422 Unprocessable";
    known_secrets shown;      // no refusal repeats one of them
    std::string begins_with;  // the key
    std::string id_in_key() const override { return begins_with; }
    std::vector<api_write> written;
    std::size_t reads = 0;
    std::vector<std::string> targets_read;
    std::size_t reads_of(std::string_view target) const
    {
        return static_cast<std::size_t>(std::ranges::count(targets_read, target));
    }

    task<result<std::string>> get(std::string target, request_priority) override
    {
        ++reads;
        targets_read.push_back(target);
        const auto answer = ask("GET", target, "");
        after_read(target);
        if (takes_no_more(target.substr(0, target.find('?'))))
            co_return failure{errc::rate_limited, "GET " + target + ": 429 Too Many Requests"};
        if (cannot_read(target.substr(0, target.find('?'))))
            co_return failure{errc::timed_out, "GET " + target + ": no answer within the deadline"};
        if (answer.status == 404)
            co_return failure{errc::not_found, "GET " + target + ": 404"};
        if (is_forbidden(target.substr(0, target.find('?'))))
            co_return failure{errc::forbidden, "GET " + target + ": 403"};
        if (answer.status != 200)
            co_return failure{errc::refused, "GET " + target + ": " + std::to_string(answer.status)};
        std::string body = *answer.body;
        spoil(target.substr(0, target.find('?')), body);
        body.reserve(body.size() + body_padding);
        co_return body;
    }

    task<result<write_answer>> send(api_write write, last_check why_not) override
    {
        on_its_way(write);
        if (auto no = why_not ? why_not() : std::nullopt)
            co_return failure{errc::not_sent, write.method + " " + write.target + ": " + *no};
        just_before_write(write);
        written.push_back(write);
        const auto goes = write_goes(write);
        auto outcome = carry_out(write, goes);
        after_write(write);
        co_return outcome;
    }

private:
    simulator::reply ask(const std::string& method, const std::string& target, const std::string& body)
    {
        simulator::request asked;
        asked.method = method;
        asked.target = "/v2" + target;
        asked.body = body;
        if (!simulator::split_target(asked))
            throw std::logic_error("no target of the API: " + target);
        simulator::api_context on{.state = on_, .pages = pages_};
        return simulator::reply_to(on, asked);
    }

    result<write_answer> carry_out(const api_write& write, mishap goes)
    {
        const auto name = write.method + " " + write.target;
        switch (goes) {
            case mishap::rate_limited:
                return failure{errc::rate_limited, name + ": 429 Too Many Requests"};
            case mishap::refused_409:
                return failure{errc::busy, name + ": 409 Conflict"};
            case mishap::refused_422:
                return refused(write, refusal, json::serialize(json::object{{"detail", refusal}}));
            case mishap::server_error:
                return failure{errc::server_error, name + ": 500"};
            case mishap::timed_out_before:
                return failure{errc::timed_out, name + ": no answer within the deadline"};
            case mishap::answer_only:
                return write_answer{200, R"({"data":{}})"};
            default:
                break;
        }
        auto body = write.body;
        if (goes == mishap::half_applied && !body.empty()) {
            auto whole = json::parse(body).as_object();
            if (whole.size() > 1)
                whole.erase(whole.begin());
            body = json::serialize(whole);
        }
        const auto answer = ask(write.method, write.target, body);
        if (goes == mishap::timed_out_after)
            return failure{errc::timed_out, name + ": no answer within the deadline"};
        if (answer.status == 404)
            return failure{errc::not_found, name + ": 404"};
        if (answer.status < 200 || answer.status > 299)
            return refused(write, std::to_string(answer.status) + " " + *answer.body, *answer.body);
        return write_answer{answer.status, *answer.body};
    }

    failure refused(const api_write& write, std::string_view sentence, const std::string& answer) const
    {
        return {errc::refused, write.method + " " + write.target + ": " + shown.taken_out_of(sentence),
                members_named(write.body, answer)};
    }

    simulator::account& on_;
    simulator::page_cache pages_;
};

// The state that outlives a power cut. Findings are kept as the state file keeps them.
struct disk {
    std::map<std::string, action> actions;
    std::map<std::string, std::string> findings;
    std::optional<std::string> broken;  // why nothing can be written
};

class memory_journal final : public action_journal {
public:
    explicit memory_journal(disk& to) : disk_(to) {}

    std::function<void(const action&)> before_write = [](const action&) {};
    std::function<void(const action&)> after_write = [](const action&) {};

    // All of them or none, as the state file does it.
    task<result<void>> write(std::vector<action> changed) override
    {
        for (const auto& action : changed)
            before_write(action);
        if (disk_.broken) {
            for (auto& action : changed)
                late_.insert_or_assign(action.id, action);
            co_return failure{errc::bad_file, *disk_.broken};
        }
        write_what_is_late();
        for (const auto& action : changed)
            disk_.actions.insert_or_assign(action.id, action);
        for (const auto& action : changed)
            after_write(action);
        co_return result<void>();
    }
    void write_later(std::vector<action> changed, std::set<std::string> forgotten) override
    {
        for (const auto& id : forgotten) {
            late_.erase(id);
            disk_.actions.erase(id);
        }
        for (auto& action : changed)
            late_.insert_or_assign(action.id, action);
        if (!disk_.broken)
            write_what_is_late();
    }
    // The disk works again.
    void write_what_is_late()
    {
        for (auto& [id, action] : std::exchange(late_, {}))
            disk_.actions.insert_or_assign(id, action);
    }
    optional_reason trouble() const override { return disk_.broken; }

private:
    disk& disk_;
    std::map<std::string, action> late_;  // actions that a broken disk did not take yet
};

// Everything together. start() is a daemon that starts, with what is on the disk.
class world : public watch_listener {
public:
    world(const std::string& account_file, const std::string& trusted)
        : seeded(simulator::load_account(account_file))
    {
        trust(trusted);
        policy.mode = quarantine_mode::automatic;
        policy.warmup_cycles = 1;
        own_key = "d6a1f5ce-3c58-4f0c-a9b7-7f2f7c6b0a01";
    }

    void trust(const std::string& text)
    {
        baseline_text = text;
        if (!watched)
            return;
        watched->config.baseline = read_baseline();
        judge_anew();
    }

    // The same as a reload does it.
    void replace_baseline(const std::string& text)
    {
        guard->baseline_replaced(std::make_shared<const baseline>(std::move(watched->config.baseline)));
        trust(text);
    }

    // Another baseline is active: earlier readings say nothing about it.
    void judge_anew()
    {
        for (auto& list : watched->view.lists)
            list.evaluated_for_day.reset();
    }

    void start()
    {
        guard.reset();
        watched.reset();
        account_settings settings;
        settings.name = "test";
        settings.api_keys.own_key_id = own_key;
        watched = make_account(settings, {}, read_baseline());
        auto client = std::make_unique<api_in_process>(seeded);
        api = client.get();
        watched->io.api = std::move(client);
        watched->io.listener = this;
        watched->io.before_reading_again = duration(0);
        watched->io.before_changing_again = duration(0);
        watched->io.now = [this] { return now; };
        for (auto& [id, record] : on_disk.findings)
            watched->memory.findings.restore(finding_of(record).value());
        journal = std::make_unique<memory_journal>(on_disk);
        guard = std::make_unique<quarantine>(
            *watched, *journal,
            [this](const action& action) {
                told.push_back(action.id + " " + std::string(name_of(action.state)));
            },
            [this] { before_acting(); });
        guard->set_policy(policy);
        std::vector<action> kept;
        for (auto& [id, action] : on_disk.actions)
            kept.push_back(action_of(record_of(action)).value());
        guard->restore(std::move(kept));
        if (when_started)
            when_started();
    }

    // One sweep of everything, and the round of the quarantine after it.
    void look()
    {
        now += 30s;
        seeded.set_time(now);
        run(check_organization(*watched));
        run(sweep(*watched));
        guard->end_sweep();
        round();
    }
    void round()
    {
        guard->set_policy(policy);
        run(guard->reconcile());
        for (const auto& finding : watched->memory.findings.take_unsaved())
            on_disk.findings.insert_or_assign(finding.id, record_of(finding));
    }

    // Changes the account as a thief does. Returns the changed object.
    json::object attack(std::string_view name, const json::object& options = {})
    {
        return simulator::attack(seeded, name, options, {"thief", "organization_member", true});
    }

    const finding* finding_about(std::string_view resource) const
    {
        const auto& open = watched->memory.findings.open();
        const auto found = open.find(resource);
        return found == open.end() || found->second.empty() ? nullptr : &found->second.begin()->second;
    }
    std::vector<action> actions_on(std::string_view resource) const
    {
        std::vector<action> out;
        for (const auto& action : guard->actions())
            if (action.resource == resource)
                out.push_back(action);
        return out;
    }
    std::string states_of(std::string_view resource) const
    {
        std::string out;
        for (const auto& action : actions_on(resource))
            out += (out.empty() ? "" : " ") + std::string(name_of(action.state));
        return out;
    }
    std::string refusals() const
    {
        std::string out;
        for (const auto& refused : guard->refused())
            out += refused.title + ": " + refused.why + "\n";
        return out;
    }
    action undo(const std::string& id)
    {
        const auto asked = guard->ask_to_undo(id);
        if (!asked)
            throw std::runtime_error(asked.error().message);
        round();
        if (const auto why = guard->why_not_undone(id))
            throw std::runtime_error(*why);
        return *guard->find(id);
    }

    void on_events(const std::vector<finding_event>& events) override
    {
        for (const auto& event : events) {
            told.push_back(std::string(name_of(event.transition)) + " " +
                           std::string(event.about.deviation.type->name));
            on_disk.findings.insert_or_assign(event.about.id, record_of(event.about));
            if (event.about.deviation.level == severity::critical)
                told_critically.push_back(event.about.id);
        }
    }
    void on_list_read(const std::string&, const polled_list&) override {}
    bool was_told(std::string_view line) const { return std::ranges::find(told, line) != told.end(); }

    simulator::account seeded;
    std::string baseline_text;
    quarantine_settings policy;
    std::string own_key;
    disk on_disk;
    time_point now = time_point{} + std::chrono::hours(498'000);  // in 2026, after the attestation
    std::vector<std::string> told;
    std::vector<std::string> told_critically;  // findings, by id
    std::unique_ptr<account> watched;
    std::unique_ptr<memory_journal> journal;
    std::unique_ptr<quarantine> guard;
    api_in_process* api = nullptr;
    std::function<void()> when_started;
    std::function<void()> before_acting = [] {};

private:
    baseline read_baseline() const
    {
        auto read = parse_baseline(baseline_text, "baseline.yml", catalogue);
        if (!read.problems.empty())
            throw std::invalid_argument(to_string(read.problems[0]));
        return std::move(read.value);
    }
};

inline std::string text_of(const std::string& file)
{
    std::ifstream from(file);
    return {std::istreambuf_iterator<char>(from), std::istreambuf_iterator<char>()};
}

// The account of the demo, and its baseline.
class demo_world : public world {
public:
    // Raises a spend limit as a thief does and lets it be put back; then dana sets yet another one.
    action limit_that_somebody_else_changed()
    {
        attack("raise_spend_limit");
        look();
        auto done = actions_on("outbound_voice_profiles").front();
        if (done.state != action_state::done)
            throw std::runtime_error(done.outcome + refusals());
        seeded.change("/outbound_voice_profiles", done.object_id, {{"daily_spend_limit", "75.00"}},
                      {"dana", "account_owner", true});
        return done;
    }

    demo_world()
        : world(fakes::in_project("config/demo/account.yml"),
                text_of(fakes::in_project("config/demo/baseline.yml")))
    {
    }
};

}  // namespace trunkwarden::quarantine_world
