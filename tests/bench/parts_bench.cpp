#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "destinations/destination.hpp"
#include "diff/diff.hpp"
#include "snapshot/list_reader.hpp"

// The parts of a sweep, one at a time: cmake --build --preset release --target bench &&
// build/release/tests/bench

namespace trunkwarden {
namespace {

constexpr std::size_t per_page = 250;

std::string number(std::size_t which)
{
    return fmt::format("+1555{:07}", which);
}

// A page of phone numbers as long as the API's own objects (about 1 KB each).
std::string page_of_numbers(std::size_t page)
{
    std::string body = R"({"data":[)";
    for (std::size_t row = 0; row < per_page; ++row) {
        const auto which = page * per_page + row;
        body += fmt::format(
            R"({}{{"id":"{}","record_type":"phone_number","phone_number":"{}","status":"active","connection_id":"1293384261075731499",)"
            R"("messaging_profile_id":"4001756d-2e1c-4b5a-9e3f-000000000001","tags":["a","b"],"deletion_lock_enabled":false,)"
            R"("call_recording_enabled":false,"caller_id_name_enabled":false,"emergency_enabled":false,"external_pin":null,)"
            R"("filler":"{}","created_at":"2024-02-02T22:26:27.521Z"}})",
            row == 0 ? "" : ",", 2'300'000'000'000'000'000 + which, number(which), std::string(500, 'x'));
    }
    body += R"(],"meta":{"total_results":100000}})";
    body.reserve(body.size() + body_padding);
    return body;
}

std::string baseline_of_numbers(std::size_t count)
{
    std::string text = "version: 1\nphone_numbers:\n  - phone_number:\n";
    for (std::size_t which = 0; which < count; ++which)
        text += fmt::format("      - \"{}\"\n", number(which));
    return text + "    connection_id: \"1293384261075731499\"\n";
}

void parse_a_page(benchmark::State& state)
{
    const fingerprinter secrets;
    page_parser parser({find_resource("phone_numbers")}, secrets);
    const auto body = page_of_numbers(0);
    for (auto unused : state)
        benchmark::DoNotOptimize(parser.parse(body));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * per_page));
}
BENCHMARK(parse_a_page);

void recognise_a_page_that_did_not_change(benchmark::State& state)
{
    const fingerprinter secrets;
    const page_hasher hasher;
    page_parser parser({find_resource("phone_numbers")}, secrets);
    const auto body = page_of_numbers(0);
    list_reader before(parser, hasher, nullptr);
    benchmark::DoNotOptimize(before.take(1, body));
    for (auto unused : state) {
        list_reader again(parser, hasher, before.reading());
        benchmark::DoNotOptimize(again.take(1, body));
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(recognise_a_page_that_did_not_change);

void load_a_baseline(benchmark::State& state)
{
    const auto text = baseline_of_numbers(static_cast<std::size_t>(state.range(0)));
    for (auto unused : state)
        benchmark::DoNotOptimize(parse_baseline(text, "baseline.yml", catalogue));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(load_a_baseline)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void judge_numbers(benchmark::State& state)
{
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto& type = *find_resource("phone_numbers");
    const fingerprinter secrets;
    page_parser parser({&type}, secrets);
    object_list objects;
    for (std::size_t page = 0; page * per_page < count; ++page)
        objects.push_back(parser.parse(page_of_numbers(page))->objects.front());
    const auto trusted = parse_baseline(baseline_of_numbers(count), "baseline.yml", catalogue);
    const accepted_secrets none;
    const trusted_state by{trusted.value.entries_of(type), none, {}};
    for (auto unused : state)
        benchmark::DoNotOptimize(diff(type, by, objects, extent::complete));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(judge_numbers)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void weigh_a_destination(benchmark::State& state)
{
    for (auto unused : state)
        benchmark::DoNotOptimize(weigh_destination("+18765551234"));
}
BENCHMARK(weigh_a_destination);

}  // namespace
}  // namespace trunkwarden
