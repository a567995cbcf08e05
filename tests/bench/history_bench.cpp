#include <array>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <string>

#include "fakes/scratch_folder.hpp"
#include "fakes/times.hpp"
#include "state/state_file.hpp"

// How long a page of the history takes when the table is full: a million events, 1,000 of them asked for. The
// table is filled once, which takes a minute or two. The goal is 0.2 s.

namespace trunkwarden {
namespace {

constexpr int all_events = 1'000'000;

history_event numbered_event(int number)
{
    constexpr std::array<const char*, 4> resources{"ips", "phone_numbers", "api_keys", "call_forwarding"};
    return {
        .at = fakes::noon + std::chrono::milliseconds(number) * 10,
        .kind = history_kind::changed,
        .level = severity::low,
        .account = number % 10 == 0 ? "lab" : "production",
        .resource = number % 1000 == 0 ? "organization" : resources.at(static_cast<std::size_t>(number) % 4),
        .finding = fmt::format("f-{:012x}", number / 5),
        .incident = number % 3 == 0 ? fmt::format("i-{:012x}", number / 100) : std::string(),
        .sentence =
            fmt::format("Unknown SIP IP 192.0.2.66:5060 on pbx-{}, made at 2026-11-22T11:59:00Z (audit "
                        "log)",
                        number),
        .by = "organization_member 6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01"};
}

// Nothing when it cannot be written.
const std::string& full_state_file()
{
    static const fakes::scratch_folder folder;
    static const std::string file = [] {
        const auto name = folder.file("state.db");
        const auto state = open_state_file(name);
        constexpr int at_once = 20'000;
        for (int from = 0; state.file && from < all_events; from += at_once) {
            state_change change;
            change.events.reserve(at_once);
            for (int number = from; number < from + at_once; ++number)
                change.events.push_back(numbered_event(number));
            if (!state.file->write(change))
                return std::string();
        }
        return state.file ? name : std::string();
    }();
    return file;
}

void read_page(benchmark::State& state, history_selection chosen)
{
    chosen.most = 1'000;
    const auto& file = full_state_file();
    for (auto unused : state) {
        const auto page = read_history(file, chosen);
        if (!page) {
            state.SkipWithError(page.error().message.c_str());
            return;
        }
        benchmark::DoNotOptimize(page->events.size());
    }
}
BENCHMARK_CAPTURE(read_page, newest, history_selection{})->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(read_page, since, history_selection{.since = fakes::noon})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(read_page, of_an_account, history_selection{.account = "lab"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(read_page, of_a_resource, history_selection{.resource = "organization"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(read_page, of_both, history_selection{.account = "lab", .resource = "phone_numbers"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(read_page, of_an_incident, history_selection{.incident = "i-000000000077"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace trunkwarden
