#include "cli/report/doctor_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "support/escape.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t longest = 600;

colour colour_of(doctor_check::state is)
{
    constexpr auto colours = table_for<doctor_check::state>(colour::green, colour::yellow, colour::red);
    return colours[is];
}

std::size_t count_of(const std::vector<doctor_check>& all, doctor_check::state is)
{
    return static_cast<std::size_t>(std::ranges::count(all, is, &doctor_check::is));
}

}  // namespace

std::string doctor_report_text(const std::vector<doctor_check>& all, layout layout)
{
    constexpr std::size_t indent = 6;
    std::string out;
    for (const auto& check : all) {
        const auto lines = wrapped(fmt::format("{}: {}", check.about, printable(check.found, longest)),
                                   layout.width, {indent, indent});
        out += styled(fmt::format("{:<{}}", name_of(check.is), indent), colour_of(check.is), layout.style);
        for (const auto& line : lines)
            out += line + '\n';
        if (check.todo.empty())
            continue;
        for (const auto& line : wrapped("→ " + printable(check.todo, longest), layout.width, {0, indent + 2}))
            out += (line.starts_with(' ') ? "" : std::string(indent, ' ')) +
                   styled(line, colour::cyan, layout.style) + '\n';
    }
    const auto failed = count_of(all, doctor_check::state::fail);
    const auto warnings = count_of(all, doctor_check::state::warn);
    out += fmt::format("\n{}: {} failed, {}.\n", plural(all.size(), "check"), failed,
                       plural(warnings, "warning"));
    return out;
}

std::string doctor_report_json(const std::vector<doctor_check>& all)
{
    namespace json = boost::json;
    json::array checks;
    for (const auto& check : all)
        checks.push_back(json::object{{"about", view(check.about)},
                                      {"state", view(name_of(check.is))},
                                      {"found", view(printable(check.found, longest))},
                                      {"todo", or_null(printable(check.todo, longest))}});
    json::object out;
    out["fine"] = count_of(all, doctor_check::state::fail) == 0;
    out["checks"] = std::move(checks);
    return json::serialize(out) + '\n';
}

}  // namespace trunkwarden
