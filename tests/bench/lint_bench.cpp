#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <memory>

#include "baseline/file/baseline_file.hpp"
#include "baseline/lint/lint.hpp"
#include "baseline/match.hpp"
#include "catalogue/catalogue.hpp"

// Judging N objects by N rules, and lint of both: time for each must not grow with N.

namespace trunkwarden {
namespace {

constexpr day today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

struct many {
    const resource_type* type = nullptr;
    baseline_reading read;
    std::shared_ptr<object_page> page;
};

// Addresses, each in a network of its own.
many networks(std::size_t count)
{
    many out{find_resource("ips"), {}, {}};
    out.page = std::make_shared<object_page>(out.type->fields.size());
    std::string text = "version: 1\nips:\n";
    for (std::size_t at = 0; at < count; ++at) {
        const auto address = fmt::format("10.{}.{}.", at / 4096, at / 16 % 256);
        text += fmt::format("  - {{ip_address: {}{}/28, connection_id: c}}\n", address, at % 16 * 16);
        out.page->add({fmt::format("i{}", at), "", "", ""},
                      {fmt::format("{}{}", address, at % 16 * 16), "5060", "c"});
    }
    out.read = parse_baseline(text, "b.yml", catalogue);
    return out;
}

// Numbers, each with a pattern of its own.
many patterns(std::size_t count)
{
    many out{find_resource("phone_numbers"), {}, {}};
    out.page = std::make_shared<object_page>(out.type->fields.size());
    std::string text = "version: 1\nphone_numbers:\n";
    std::vector<std::string> values(out.type->fields.size());
    for (std::size_t at = 0; at < count; ++at) {
        text += fmt::format("  - {{phone_number: \"+1555{:05}*\", connection_id: c}}\n", at);
        values[0] = fmt::format("+1555{:05}12", at);
        values[1].assign(1, 'c');  // g++ 12 warns of the literal (-Wrestrict)
        out.page->add({values[0], "", "", ""}, values);
    }
    out.read = parse_baseline(text, "b.yml", catalogue);
    return out;
}

template <many (*Make)(std::size_t)>
void judge_by_as_many_rules(benchmark::State& state)
{
    const auto made = Make(static_cast<std::size_t>(state.range(0)));
    const auto& entries = made.read.value.entries_of(*made.type);
    for (auto unused : state)
        for (std::size_t row = 0; row < made.page->size(); ++row)
            benchmark::DoNotOptimize(judge(*made.type, entries, (*made.page)[row], today));
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
    state.SetComplexityN(state.range(0));
}
BENCHMARK(judge_by_as_many_rules<networks>)->RangeMultiplier(2)->Range(10'000, 80'000)->Complexity();
BENCHMARK(judge_by_as_many_rules<patterns>)->RangeMultiplier(2)->Range(10'000, 80'000)->Complexity();

template <many (*Make)(std::size_t)>
void lint_as_many_rules(benchmark::State& state)
{
    const auto made = Make(static_cast<std::size_t>(state.range(0)));
    const object_list objects{made.page};
    std::vector<const object_list*> live(catalogue.size(), nullptr);
    live[static_cast<std::size_t>(made.type - catalogue.data())] = &objects;
    for (auto unused : state)
        benchmark::DoNotOptimize(lint(catalogue, made.read.value, today, live));
    state.SetComplexityN(state.range(0));
}
BENCHMARK(lint_as_many_rules<networks>)->RangeMultiplier(2)->Range(10'000, 80'000)->Complexity();
BENCHMARK(lint_as_many_rules<patterns>)->RangeMultiplier(2)->Range(10'000, 80'000)->Complexity();

}  // namespace
}  // namespace trunkwarden
