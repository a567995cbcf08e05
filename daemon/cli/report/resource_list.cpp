#include "cli/report/resource_list.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

#include "catalogue/names.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

std::string_view endpoint_of(const resource_type& type)
{
    return type.path.empty() ? "none" : type.path;
}

std::string when(const watched_field& field)
{
    if (field.loosens == loosening::never)
        return std::string(name_of(field.when_changed));
    return fmt::format("{}, {} when loosened", name_of(field.when_changed), name_of(field.when_loosened));
}

std::string contained_by(const resource_type& type)
{
    const auto& containment = type.contain;
    if (!containment.possible())
        return type.restore.possible()
                   ? fmt::format("{} {} with the trusted values", type.restore.method, type.restore.path)
                   : "nothing: alert only";
    const auto path =
        containment.path.empty() ? std::string(type.path) + "/{id}" : std::string(containment.path);
    return containment.body.empty() ? fmt::format("{} {}", containment.method, path)
                                    : fmt::format("{} {} {}", containment.method, path, containment.body);
}

std::string undone_by(const resource_type& type)
{
    const auto& containment = type.contain;
    if (!containment.possible())
        return type.restore.possible() ? "the same request with the values before" : "nothing to undo";
    switch (containment.undo) {
        case undoing::exact:
            return fmt::format("{} {}", containment.undo_method, containment.undo_path);
        case undoing::new_identity:
            return fmt::format("{} {}, under a new id", containment.undo_method, containment.undo_path);
        case undoing::impossible:
            break;
    }
    return "impossible: never without approval";
}

// Of an extra resource in each account, at least: a list of more than a page takes one for each page.
double requests_per_minute(const settings& configured)
{
    return std::chrono::duration<double>(std::chrono::minutes(1)) / configured.poll.interval;
}

std::string cost_of_extra(const settings& configured)
{
    const auto count = configured.extra_resources.size();
    if (count == 0)
        return {};
    return fmt::format(
        "{} of them {} in the settings ({}): at least {:.4g} requests a minute more for each "
        "account.\n",
        count, count == 1 ? "is an extra resource" : "are extra resources", configured.file.string(),
        static_cast<double>(count) * requests_per_minute(configured));
}

std::string text(const settings& configured)
{
    const auto types = configured.types.all();
    std::size_t width = 0;
    for (const auto& type : types)
        width = std::max(width, type.name.size());
    std::string out;
    for (const auto& type : types) {
        out += fmt::format("{:<{}}  {:<8}  {}\n", type.name, width, name_of(type.when_unknown),
                           endpoint_of(type));
        out += fmt::format("{:<{}}  {}\n", "", width, type.guards);
        std::string fields;
        for (const auto& field : type.fields)
            fields += (fields.empty() ? "" : ", ") + std::string(field.name);
        if (!fields.empty())
            out += fmt::format("{:<{}}  watched: {}\n", "", width, fields);
        out += fmt::format("{:<{}}  contained by: {}\n\n", "", width, contained_by(type));
    }
    out += fmt::format(
        "{} resources. The second column is the severity of an object that no baseline entry covers.\n",
        types.size());
    return out + cost_of_extra(configured);
}

json::object json_of(const resource_type& type, const settings& configured)
{
    json::array fields;
    for (const auto& field : type.fields) {
        json::object object;
        object["field"] = view(field.name);
        object["kind"] = view(name_of(field.kind));
        object["severity"] = view(name_of(field.when_changed));
        if (field.loosens != loosening::never)
            object["severity_when_loosened"] = view(name_of(field.when_loosened));
        fields.push_back(std::move(object));
    }
    json::object contain;
    contain["possible"] = type.contain.possible();
    contain["action"] = view(contained_by(type));
    contain["undo"] = view(name_of(type.contain.undo));
    contain["undone_by"] = view(undone_by(type));
    contain["breaks"] = view(type.contain.impact);

    json::object out;
    out["resource"] = view(type.name);
    if (type.path.empty())
        out["endpoint"] = nullptr;
    else
        out["endpoint"] = view(type.path);
    out["guards"] = view(type.guards);
    out["id"] = view(type.id);
    out["unknown"] = view(name_of(type.when_unknown));
    out["missing"] = view(name_of(type.when_missing));
    out["attack"] = view(type.attack);
    out["fields"] = std::move(fields);
    out["containment"] = std::move(contain);
    if (type.is_extra) {
        out["extra"] = true;
        out["requests_per_minute"] = requests_per_minute(configured);
    }
    return out;
}

std::string as_json(const settings& configured)
{
    json::array all;
    for (const auto& type : configured.types.all())
        all.push_back(json_of(type, configured));
    return json::serialize(all) + '\n';
}

void write_markdown(const resource_type& type, std::string& out)
{
    out += fmt::format("\n## {}\n\n{}\n\n", type.name, type.guards);
    out += type.path.empty() ? std::string("No endpoint shows it.\n")
                             : fmt::format("Endpoint `{}`; named by `{}`.", type.path,
                                           type.id.empty() ? type.name : type.id) +
                                   '\n';
    out += fmt::format("Unknown object: **{}**. Missing: {}. ATT&CK: {}.\n", name_of(type.when_unknown),
                       name_of(type.when_missing), type.attack);
    if (!type.fields.empty()) {
        out += "\n| field | kind | when it changes |\n| --- | --- | --- |\n";
        for (const auto& field : type.fields)
            out += fmt::format("| `{}` | {} | {} |\n", field.name, name_of(field.kind), when(field));
    }
    out += fmt::format("\nContained by: {}. Undone by: {}.", contained_by(type), undone_by(type));
    if (!type.contain.impact.empty())
        out += fmt::format(" Stops: {}.", type.contain.impact);
    out += '\n';
}

std::string markdown(const settings& configured)
{
    std::string out =
        "# Resources\n\n"
        "trunkwarden watches these resources. `trunkwarden resources --output=markdown` made this page from "
        "the catalogue in `daemon/catalogue/`; a test keeps the two equal.\n\n"
        "A baseline entry may use `id`, the fields listed here (except those of kind secret, which are "
        "compared with the value last accepted), `reason`, `approved_by`, `expires` and `ticket`.\n";
    for (const auto& type : configured.types.all())
        write_markdown(type, out);
    if (const auto cost = cost_of_extra(configured); !cost.empty())
        out += "\n" + cost;
    return out;
}

}  // namespace

std::string resource_list(output_format format, const settings& configured)
{
    switch (format) {
        case output_format::json:
            return as_json(configured);
        case output_format::markdown:
            return markdown(configured);
        case output_format::html:  // of other commands
        case output_format::ocsf:
        case output_format::text:
            break;
    }
    return text(configured);
}

}  // namespace trunkwarden
