#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <random>

#include "baseline/match.hpp"
#include "catalogue/allowed_writes.hpp"
#include "containment/json_path.hpp"
#include "containment/model_attacks.hpp"
#include "containment/requests.hpp"
#include "containment/world.hpp"

// Thousands of cycles of takeovers, API faults, power cuts, baseline edits and operators' orders, in an order
// that a seed decides, against what must hold at every single write. To repeat a failure: TRUNKWARDEN_SEED=n
// TRUNKWARDEN_CYCLES=m containment_tests --gtest_filter='*QuarantineModel*'.

namespace trunkwarden {
namespace {

using namespace quarantine_world;

unsigned from_environment(const char* name, unsigned otherwise)
{
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

class model : public demo_world {
public:
    explicit model(unsigned seed) : random(seed)
    {
        seeded.set_audited(false);
        policy.max_actions_per_cycle = 3;
        policy.max_actions_per_hour = 12;
        when_started = [this] { watch_writes(); };
        start();
        look();
    }

    void cycle()
    {
        calm();
        const auto events = 1 + pick(3);
        for (unsigned i = 0; i < events; ++i)
            something_happens();
        try {
            look();
        } catch (const power_cut&) {
            ++cuts;
            calm();
            start();
        }
    }

    // At the end everything that can be taken back is, the newest first.
    void undo_everything()
    {
        calm();
        guard->forbid(std::nullopt);
        auto all = guard->actions();
        std::ranges::reverse(all);
        for (const auto& action : all)
            if (action.state == action_state::done && action.undo != undoing::impossible)
                order_undo(action);
    }

    std::vector<std::string> broken;  // rules that must hold and did not
    std::size_t writes = 0;
    std::size_t undone = 0;
    std::size_t cuts = 0;

private:
    unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random); }
    bool chance(unsigned percent) { return pick(100) < percent; }

    void violated(const std::string& sentence) { broken.push_back(sentence + "\n" + history()); }

    // The last actions, for a person who looks into a failure.
    std::string history() const
    {
        std::vector<action> all;
        for (const auto& [id, action] : on_disk.actions)
            all.push_back(action);
        std::ranges::sort(all, {}, &action::planned_at);
        std::string out;
        for (const auto& step : all)
            if (now - step.planned_at < 1h)
                out += fmt::format("  {} {} {} planned {} sent {} decided {} {} ({}) {}\n", step.id,
                                   name_of(step.measure), name_of(step.state), rfc3339(step.planned_at),
                                   step.sent_at ? rfc3339(*step.sent_at) : "-",
                                   step.decided_at ? rfc3339(*step.decided_at) : "-", step.summary, step.held,
                                   step.outcome);
        return out;
    }

    // No fault, no cut.
    void calm()
    {
        unreadable.clear();
        cut_in = 0;
        on_disk.broken.reset();
        guard_writes();
    }

    void guard_writes()
    {
        api->cannot_read = [this](const std::string& path) {
            if (unreadable.empty() || !path.starts_with(unreadable))
                return false;
            swept_whole = false;
            return true;
        };
    }

    void maybe_cut(const char* where)
    {
        if (cut_in > 0 && --cut_in == 0)
            throw power_cut{where};
    }

    void watch_writes()
    {
        guard_writes();
        journal->before_write = [this](const action&) { maybe_cut("before the journal"); };
        journal->after_write = [this](const action&) { maybe_cut("after the journal"); };
        api->just_before_write = [this](const api_write& write) {
            check_write(write);
            maybe_cut("before the request");
        };
        api->after_write = [this](const api_write&) { maybe_cut("after the request"); };
        api->write_goes = [this](const api_write& write) {
            const auto goes = chance(80) ? mishap::none : static_cast<mishap>(1 + pick(8));
            const bool starts_over =
                goes == mishap::rate_limited || (goes == mishap::refused_409 && write.method == "PATCH");
            if (starts_over && was_counted)
                sent.pop_back();  // nothing was done, and it starts over
            return goes;
        };
    }

    // ---- what must hold at every write

    const action* journaled(const api_write& write, action_state state) const
    {
        for (const auto& [id, action] : on_disk.actions)
            if (action.state == state && (state == action_state::undoing || action.request == write))
                return &action;
        return nullptr;
    }

    void check_write(const api_write& write)
    {
        ++writes;
        was_counted = false;
        const auto name =
            fmt::format("cycle at {}: {} {} {}", rfc3339(now), write.method, write.target, write.body);
        if (!allowed.allows(write.method, write.target))
            violated("not allowed by the catalogue: " + name);
        if (on_disk.broken)
            violated("written although nothing can be written down: " + name);
        const auto* sending = journaled(write, action_state::sending);
        if (sending == nullptr) {
            if (journaled(write, action_state::undoing) == nullptr)
                violated("not in the journal before it was sent: " + name);
            return;
        }
        check_action(*sending, name);
    }

    void check_action(const action& action, const std::string& name)
    {
        if (guard->forbidden())
            violated("while frozen: " + name);
        if (policy.mode == quarantine_mode::off)
            violated("switched off: " + name);
        const bool by_itself = !action.decided_at;
        if (by_itself && action.mode != quarantine_mode::automatic)
            violated("nobody approved it: " + name);
        if (by_itself && action.undo == undoing::impossible)
            violated("cannot be undone, and nobody approved it: " + name);
        if (action.address == own_key || action.address == seeded.key_owner().user_id)
            violated("the monitor's own: " + name);
        if (by_itself)
            check_limits(name);
        check_object(action, name);
    }

    void check_limits(const std::string& name)
    {
        sent.push_back(now);
        was_counted = true;
        const auto in_hour = std::ranges::count_if(sent, [this](time_point at) { return at > now - 1h; });
        const auto in_cycle = std::ranges::count_if(sent, [this](time_point at) { return at >= now; });
        if (in_hour > policy.max_actions_per_hour)
            violated("more than max_actions_per_hour: " + name);
        if (in_cycle > policy.max_actions_per_cycle)
            violated("more than max_actions_per_cycle: " + name);
    }

    // The object as it really is, by the active baseline.
    void check_object(const action& action, const std::string& name)
    {
        const auto resource = *place_of_resource(watched->config, action.resource);
        const auto quiet = std::exchange(api->cannot_read, [](const std::string&) { return false; });
        auto object = run(observe_object(*watched, resource, action.address));
        api->cannot_read = quiet;
        if (!object || !*object || !(*object)->is_reported()) {
            violated("not there: " + name);
            return;
        }
        const auto& type = watched->config.types[resource];
        const auto judged = judge(type, watched->config.baseline.entries_of(type), (*object)->seen(),
                                  std::chrono::floor<std::chrono::days>(now));
        if (action.measure == measure::contain && judged.verdict != trust::unknown)
            violated("a trusted object: " + name);
        if (action.measure == measure::restore && judged.verdict != trust::differs)
            violated("an object that is as it should be: " + name);
        if (action.measure == measure::restore && judged.verdict == trust::differs) {
            const auto wanted = restoring_request_for(**object, judged);
            if (!wanted || wanted->request != action.request)
                violated("other values than the trusted ones: " + name);
        }
        for (const auto& [id, other] : on_disk.actions) {
            const bool same = other.resource == action.resource && other.object_id == action.object_id;
            if (same && !action.decided_at && other.state == action_state::undone &&
                other.seen == (*object)->state)
                violated("somebody undid this before: " + name);
        }
    }

    // ---- what happens

    void something_happens()
    {
        const auto choice = pick(100);
        if (choice < 55)
            takeover();
        else if (choice < 62)
            unreadable = readable_paths[pick(readable_paths.size())];
        else if (choice < 68)
            cut_in = 1 + pick(8);
        else if (choice < 74)
            edit_baseline();
        else if (choice < 76)
            guard->forbid(chance(50) ? optional_reason("frozen") : std::nullopt);
        else if (choice < 78)
            policy.mode = modes[pick(modes.size())];
        else if (choice < 79)
            on_disk.broken = "the disk is full";
        else
            give_an_order();
        if (guard->forbidden() && chance(30))
            guard->forbid(std::nullopt);
    }

    void takeover()
    {
        try {
            attack(attacks[pick(attacks.size())]);
        } catch (const std::invalid_argument&) {
            // Nothing is left to attack.
        }
    }

    void edit_baseline()
    {
        if (chance(30)) {
            trust(baseline_text);  // as it was in the beginning
            return;
        }
        const auto open = watched->memory.findings.all_open();
        if (open.empty())
            return;
        const auto& about = open[pick(static_cast<unsigned>(open.size()))];
        if (about.deviation.kind != deviation_kind::unknown)
            return;
        for (auto& list : watched->config.baseline.resources)
            if (list.resource() == about.deviation.type->name) {
                auto entries = list.entries();
                entry pinned;
                pinned.pins = {about.deviation.id};
                entries.push_back(std::move(pinned));
                list = entry_list(*about.deviation.type, std::move(entries));
            }
        judge_anew();
    }

    void give_an_order()
    {
        if (guard->actions().empty())
            return;
        const auto action = guard->actions()[pick(static_cast<unsigned>(guard->actions().size()))];
        if (action.state == action_state::waiting && chance(60))
            static_cast<void>(guard->approve(action.id));
        else if (action.state == action_state::waiting)
            order_rejection(action.id);
        else if (action.state == action_state::done)
            order_undo(action);
    }

    void order_rejection(const std::string& id)
    {
        try {
            static_cast<void>(run(guard->reject(id, "not now")));
        } catch (const power_cut&) {
            start();
        }
    }

    // Without faults it succeeds unless somebody changed the object since, and then it is as it was.
    void order_undo(const action& action)
    {
        const auto before = action.before;
        if (!guard->ask_to_undo(action.id))
            return;
        const auto goes = std::exchange(api->write_goes, [](const api_write&) { return mishap::none; });
        const auto cut = std::exchange(cut_in, 0);
        run(guard->reconcile());
        api->write_goes = goes;
        cut_in = cut;
        const auto* after = guard->find(action.id);
        if (guard->why_not_undone(action.id) || after->state != action_state::undone)
            return;
        ++undone;
        const auto resource = *place_of_resource(watched->config, action.resource);
        const auto quiet = std::exchange(api->cannot_read, [](const std::string&) { return false; });
        auto object =
            run(observe_object(*watched, resource, after->new_id.empty() ? action.address : after->new_id));
        api->cannot_read = quiet;
        const auto name = fmt::format("cycle at {}: {} ({})", rfc3339(now), action.summary, after->outcome);
        if (!object || !*object) {
            violated("undone, but not there: " + name);
            return;
        }
        const auto was = json::parse(before).as_object();
        const auto is =
            json::parse(journaled_text(watched->config.types[resource], (*object)->whole)).as_object();
        const auto body =
            action.request.body.empty() ? json::object() : json::parse(action.request.body).as_object();
        check_same(was, is, body, watched->config.types[resource], name);
    }

    void check_same(const json::object& was, const json::object& is, const json::object& body,
                    const resource_type& type, const std::string& name)
    {
        for (const auto& field : type.fields) {
            const auto* before = value_at(was, field.path);
            const bool written =
                body.empty() ? std::ranges::find(type.contain.echo, field.path) != type.contain.echo.end()
                             : value_at(body, field.path) != nullptr;
            const bool had_none = before == nullptr || before->is_null();
            if (written && !had_none && !mean_the_same(before, value_at(is, field.path)))
                violated(fmt::format("undone, but {} is not as before: {}", field.name, name));
        }
    }

public:
    std::mt19937 random;

private:
    static constexpr std::array<quarantine_mode, 4> modes{quarantine_mode::automatic,
                                                          quarantine_mode::automatic,
                                                          quarantine_mode::approve, quarantine_mode::dry_run};
    static constexpr std::array<const char*, 6> readable_paths{
        "/ips", "/phone_numbers", "/portouts", "/fqdns", "/texml_applications", "/iam/api_keys"};
    std::string unreadable;
    unsigned cut_in = 0;
    bool swept_whole = true;
    std::vector<time_point> sent;
    bool was_counted = false;  // the last write is in `sent`
    allowed_writes allowed{catalogue};

public:
    void look()
    {
        swept_whole = true;
        world::look();
    }
};

// Sanitizers make a cycle ten times as slow: tests/thief makes a long run without.
#ifdef __SANITIZE_ADDRESS__
constexpr unsigned cycles_unless_told = 1000;
#else
constexpr unsigned cycles_unless_told = 2500;
#endif

class QuarantineModel : public testing::TestWithParam<unsigned> {};

TEST_P(QuarantineModel, NeverWritesWhatItMustNotAndUndoesWhatItDid)
{
    constexpr unsigned cycles_in_a_world = 100;
    const auto first = from_environment("TRUNKWARDEN_SEED", 1 + GetParam() * 1000);
    const auto cycles = from_environment("TRUNKWARDEN_CYCLES", cycles_unless_told);
    std::size_t writes = 0;
    std::size_t undone = 0;
    std::size_t cuts = 0;
    for (unsigned at = 0; at < std::max(1U, cycles / cycles_in_a_world); ++at) {
        model here(first + at);
        for (unsigned cycle = 0; cycle < std::min(cycles, cycles_in_a_world) && here.broken.empty(); ++cycle)
            here.cycle();
        here.undo_everything();
        ASSERT_TRUE(here.broken.empty()) << "TRUNKWARDEN_SEED=" << first + at << " TRUNKWARDEN_CYCLES=100\n"
                                         << here.broken.front();
        writes += here.writes;
        undone += here.undone;
        cuts += here.cuts;
    }
    RecordProperty("writes", static_cast<int>(writes));
    std::printf("%u cycles: %zu writes, %zu undone, %zu power cuts\n", cycles, writes, undone, cuts);
    if (cycles >= 1000) {
        EXPECT_GT(writes, cycles / 10) << "a model in which nothing happens shows nothing";
        EXPECT_GT(undone, cycles / 100);
        EXPECT_GT(cuts, cycles / 100);
    }
}

INSTANTIATE_TEST_SUITE_P(Shards, QuarantineModel, testing::Range(0U, 8U));

}  // namespace
}  // namespace trunkwarden
