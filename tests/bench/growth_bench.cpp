#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "alerts/outbox.hpp"
#include "fakes/deviations.hpp"
#include "fakes/scratch_folder.hpp"
#include "state/state_file.hpp"

// Each store of the state file, filled beyond its bound by one account: the rows that stay after the next
// start, and the size of a file that holds nothing else. Time does not matter here.

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

constexpr int at_once = 5'000;

// A state file of its own, filled in steps by `step(change, number)`.
class filled_file {
public:
    template <class Step>
    filled_file(int count, Step step) : filled_(count)
    {
        auto state = open_state_file(name());
        for (int from = 0; state.file && from < count; from += at_once) {
            state_change change;
            for (int number = from; number < std::min(count, from + at_once); ++number)
                step(change, number);
            is_written_ = state.file->write(change).has_value();
            forgotten_events_ += state.file->take_forgotten().events;
        }
    }
    std::string name() const { return folder_.file("state.db"); }
    opened_state open() const { return open_state_file(name()); }
    std::size_t forgotten_events() const { return forgotten_events_; }

    void report(benchmark::State& state, std::size_t rows) const
    {
        if (!is_written_)
            state.SkipWithError("the state file cannot be written");
        state.counters["filled"] = filled_;
        state.counters["rows"] = static_cast<double>(rows);
        state.counters["MB"] = static_cast<double>(std::filesystem::file_size(name())) / 1e6;
    }

private:
    fakes::scratch_folder folder_;
    int filled_;
    bool is_written_ = false;
    std::size_t forgotten_events_ = 0;
};

time_point recently()
{
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) - 1h;
}

void growth_of_audit_events(benchmark::State& state)
{
    for (auto unused : state) {
        const filled_file file(25'000, [from = recently()](state_change& change, int number) {
            auto event = fakes::audited(fmt::format("e-{}", number), fmt::format("{}", number), "u-1",
                                        from + number * 1ms);
            event.changes.push_back({"daily_spend_limit", "(redacted)", "(redacted)"});
            change.audited.emplace(std::pair("production", event.id), std::move(event));
        });
        const auto rows = file.open().kept.audited.size();
        file.report(state, rows);
    }
}
BENCHMARK(growth_of_audit_events)->Iterations(1)->Unit(benchmark::kMillisecond);

void growth_of_resolved_findings(benchmark::State& state)
{
    for (auto unused : state) {
        const filled_file file(25'000, [at = recently()](state_change& change, int number) {
            auto resolved =
                fakes::event(transition::resolved, fmt::format("{:012}", number), severity::medium, at).about;
            resolved.status = finding_status::resolved;
            resolved.resolved_at = at;
            change.findings.emplace(resolved.id, std::move(resolved));
        });
        static_cast<void>(file.open());
        file.report(state, read_findings(file.name(), true).value().size());
    }
}
BENCHMARK(growth_of_resolved_findings)->Iterations(1)->Unit(benchmark::kMillisecond);

void growth_of_ended_actions(benchmark::State& state)
{
    constexpr std::size_t bytes_of_an_application = 1'500;
    for (auto unused : state) {
        const filled_file file(8'000, [at = recently()](state_change& change, int number) {
            action ended;
            ended.id = fmt::format("a-{:012}", number);
            ended.account = "production";
            ended.resource = "texml_applications";
            ended.object_id = fmt::format("{}", number);
            ended.state = action_state::done;
            ended.undo = undoing::exact;
            ended.before = std::string(bytes_of_an_application, 'x');
            ended.planned_at = at;
            ended.ended_at = at;
            change.actions.emplace(ended.id, std::move(ended));
        });
        const auto rows = file.open().kept.actions.size();
        file.report(state, rows);
    }
}
BENCHMARK(growth_of_ended_actions)->Iterations(1)->Unit(benchmark::kMillisecond);

void growth_of_the_history(benchmark::State& state)
{
    constexpr int more_than_the_limit = 1'020'000;
    for (auto unused : state) {
        const filled_file file(more_than_the_limit, [from = recently()](state_change& change, int number) {
            change.events.push_back(
                {.at = from + number * 1ms,
                 .kind = history_kind::changed,
                 .level = severity::low,
                 .account = "production",
                 .resource = "ips",
                 .finding = fmt::format("f-{:012x}", number / 5),
                 .sentence = fmt::format("Unknown SIP IP 192.0.2.66:5060 on pbx-{}", number)});
        });
        file.report(state, more_than_the_limit - file.forgotten_events());
    }
}
BENCHMARK(growth_of_the_history)->Iterations(1)->Unit(benchmark::kMillisecond);

// Messages that no receiver takes: those that wait, and those that gave way to them.
void growth_of_the_outbox(benchmark::State& state)
{
    for (auto unused : state) {
        sink_settings soc;
        soc.name = "soc";
        soc.type = sink_type::webhook;
        outbox box({soc}, [count = 0]() mutable { return fmt::format("d-{}", ++count); });
        const filled_file file(15'000, [&box](state_change& change, int number) {
            change.add(
                box.put("production",
                        {fakes::event(transition::opened, fmt::format("{:012}", number), severity::medium)},
                        fakes::noon));
            box.release_all();
            change.findings.clear();
        });
        file.report(state, box.pending("soc") + box.dead("soc"));
        state.counters["waiting"] = static_cast<double>(box.pending("soc"));
        state.counters["dead"] = static_cast<double>(box.dead("soc"));
        state.counters["read"] = static_cast<double>(file.open().kept.deliveries.size());
    }
}
BENCHMARK(growth_of_the_outbox)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace trunkwarden
