#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "baseline/file/baseline_file.hpp"
#include "baseline/match.hpp"
#include "catalogue/catalogue.hpp"

// Any bytes are read as a baseline without a crash. They give at most so many problems, each with a place in
// the text, or a baseline that finds all it pins and covers what its own values describe.

namespace {

using namespace trunkwarden;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

std::size_t lines_in(std::string_view text)
{
    std::size_t lines = 1;
    for (const char c : text)
        lines += c == '\n' ? 1 : 0;
    return lines;
}

// An object with the first value that each constraint of the entry accepts as it is written.
std::vector<std::string> described_by(const resource_type& type, const entry& some)
{
    std::vector<std::string> values(type.fields.size());
    for (const auto& wanted : some.where)
        for (const auto& value : wanted.any_of)
            if (value.kind == accepted_value::form::exact)
                values[wanted.field] = value.text;
    return values;
}

void judge_what_it_describes(const resource_type& type, const entry_list& list)
{
    object_page page(type.fields.size());
    std::vector<const entry*> sources;
    for (const auto& some : list.entries()) {
        const auto id = some.pins.empty() ? std::string("an id") : some.pins.front();
        page.add({id, "an address", "a label", ""}, described_by(type, some));
        sources.push_back(&some);
        bool exact = true;
        for (const auto& wanted : some.where)
            for (const auto& value : wanted.any_of)
                exact = exact && value.kind == accepted_value::form::exact;
        const auto verdict = judge(type, list, page[page.size() - 1], day::min()).verdict;
        require(!exact || verdict == trust::covered || (some.pins.empty() && verdict == trust::differs));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    const auto reading = parse_baseline(text, "f.yml", catalogue);
    require(reading.problems.size() <= problem_list::limit + 1);
    const auto lines = lines_in(text);
    for (const auto& found : reading.problems) {
        require(!found.message.empty() && found.at.line <= lines && found.at.column <= size + 1);
        require((found.at.line == 0) == (found.at.column == 0));
    }
    if (!reading.problems.empty())
        return 0;
    for (const auto& type : catalogue) {
        const auto& list = reading.value.entries_of(type);
        list.for_each_pin([&list](std::string_view id, const entry&) { require(!list.pinned(id).empty()); });
        judge_what_it_describes(type, list);
    }
    return 0;
}
