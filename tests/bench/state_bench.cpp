#include <benchmark/benchmark.h>
#include <filesystem>
#include <fmt/format.h>
#include <string>

#include "fakes/deviations.hpp"
#include "fakes/scratch_folder.hpp"
#include "state/state_file.hpp"

// The time until findings are on the disk, for which an alert waits, and the size of the file. The disk
// counts: run it with TMPDIR on the one that will hold the state file.

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;

// Their messages are a few in one commit, so findings are counted.
state_change findings(std::size_t count, std::size_t round)
{
    state_change out;
    for (std::size_t which = 0; which < count; ++which) {
        auto event = fakes::event(transition::opened, fmt::format("{:012}", which), severity::critical,
                                  fakes::noon + std::chrono::seconds(round));
        auto id = event.about.id;
        out.findings.emplace(std::move(id), std::move(event.about));
    }
    return out;
}

void commit_findings(benchmark::State& state)
{
    const fakes::scratch_folder folder;
    const auto kept = open_state_file(folder.file("state.db"));
    if (!kept.file) {
        state.SkipWithError(kept.reason.c_str());
        return;
    }
    const auto count = static_cast<std::size_t>(state.range(0));
    std::size_t round = 0;
    for (auto unused : state) {
        state.PauseTiming();
        const auto change = findings(count, ++round);
        state.ResumeTiming();
        if (const auto written = kept.file->write(change); !written) {
            state.SkipWithError(written.error().message.c_str());
            return;
        }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
    state.counters["file"] = static_cast<double>(fs::file_size(folder.file("state.db")));
}
BENCHMARK(commit_findings)->Arg(1)->Arg(1'000)->Unit(benchmark::kMillisecond)->UseRealTime();

void read_findings_back(benchmark::State& state)
{
    const fakes::scratch_folder folder;
    const auto written = open_state_file(folder.file("state.db")).file->write(findings(1'000, 1));
    if (!written)
        state.SkipWithError(written.error().message.c_str());
    for (auto unused : state)
        benchmark::DoNotOptimize(read_findings(folder.file("state.db"), false));
}
BENCHMARK(read_findings_back)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace trunkwarden
