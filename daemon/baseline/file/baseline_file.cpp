#include "baseline/file/baseline_file.hpp"

#include <fmt/format.h>
#include <utility>

#include "baseline/file/baseline_keys.hpp"
#include "baseline/file/baseline_sections.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {

baseline_reading parse_baseline(std::string_view text, std::string file, std::span<const resource_type> types)
{
    problem_list problems(file, text, keys_without_secrets(types));
    baseline_sections sections(types, problems);
    baseline_reading reading;
    const auto outcome = read_yaml(text, sections, problems);
    if (outcome == yaml_outcome::empty)
        problems.add({1, 0}, "the file is empty; it needs at least version: 1");
    else if (outcome == yaml_outcome::read)
        reading.value = sections.finish();
    reading.value.file = std::move(file);
    reading.problems = problems.take();
    return reading;
}

baseline_reading read_baseline_file(const std::filesystem::path& file, std::span<const resource_type> types)
{
    const auto text = read_text_file(file, max_yaml_bytes);
    if (text)
        return parse_baseline(*text, file.string(), types);
    baseline_reading reading;
    reading.value.file = file.string();
    auto sentence = text.error().message;
    if (text.error().kind == errc::not_found)
        sentence +=
            fmt::format("; `trunkwarden baseline capture --account NAME --output-file {}` writes a first one",
                        file.string());
    reading.problems.push_back(problem_of_file(file.string(), std::move(sentence)));
    return reading;
}

}  // namespace trunkwarden
