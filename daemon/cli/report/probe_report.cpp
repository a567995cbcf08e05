#include "cli/report/probe_report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "support/json_null.hpp"
#include "support/json_view.hpp"
#include "support/plural.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;
using names = std::set<std::string>;

names common_headers(const probed_account& account)
{
    if (account.lists.empty())
        return {};
    auto common = account.lists.front().headers;
    for (const auto& list : account.lists)
        std::erase_if(common, [&list](const auto& name) { return !list.headers.contains(name); });
    return common;
}

names without(const names& all, const names& left_out)
{
    names out;
    std::ranges::set_difference(all, left_out, std::inserter(out, out.end()));
    return out;
}

// "  watched: active, id"; nothing where there are no names.
void add_names(std::string& out, std::string_view title, const names& all, layout layout)
{
    if (all.empty())
        return;
    constexpr std::size_t indent = 4;
    std::string text = fmt::format("  {}:", title);
    for (const auto& name : all)
        text += ' ' + name;
    for (const auto& line : wrapped(text, layout.width, {0, indent}))
        out += line + '\n';
}

void add_list(std::string& out, const probed_list& list, const names& common, layout layout)
{
    const auto is = list.understood ? colour::green : colour::yellow;
    out += fmt::format("{} {}", list.request, styled(list.outcome, is, layout.style));
    if (list.understood)
        out += ", " + plural(list.items, "item");
    out += '\n';
    if (list.fault)
        out += fmt::format("  not understood: {}\n", *list.fault);
    add_names(out, "headers of this answer only", without(list.headers, common), layout);
    add_names(out, "beside the items", list.around, layout);
    add_names(out, "watched", list.watched, layout);
    add_names(out, "not in the catalogue", list.not_watched, layout);
    add_names(out, "in the catalogue, in none of these items", list.not_seen, layout);
}

json::array array_of(const names& all)
{
    json::array out;
    for (const auto& name : all)
        out.push_back(view(name));
    return out;
}

json::object object_of(const probed_list& list)
{
    json::object out;
    out["request"] = view(list.request);
    out["outcome"] = view(list.outcome);
    out["understood"] = list.understood;
    out["fault"] = text_or_null(list.fault);
    out["items"] = list.items;
    out["headers"] = array_of(list.headers);
    out["beside_the_items"] = array_of(list.around);
    out["watched"] = array_of(list.watched);
    out["not_in_the_catalogue"] = array_of(list.not_watched);
    out["in_none_of_the_items"] = array_of(list.not_seen);
    return out;
}

}  // namespace

std::string probe_report_text(const std::vector<probed_account>& all, layout layout)
{
    std::string out;
    for (std::size_t at = 0; at < all.size(); ++at) {
        const auto common = common_headers(all[at]);
        const auto others =
            all[at].others == 0 ? std::string() : ", and " + plural(all[at].others, "other request");
        out += styled(fmt::format("{}account {}: {} of {} lists answered{}", at == 0 ? "" : "\n", at + 1,
                                  all[at].lists.size() - all[at].others, all[at].lists_asked_for, others),
                      colour::bold, layout.style) +
               '\n';
        add_names(out, "headers of every answer", common, layout);
        for (const auto& list : all[at].lists) {
            out += '\n';
            add_list(out, list, common, layout);
        }
    }
    return out;
}

std::string probe_report_json(const std::vector<probed_account>& all)
{
    json::array accounts;
    for (const auto& probed : all) {
        json::array lists;
        for (const auto& list : probed.lists)
            lists.push_back(object_of(list));
        json::object account;
        account["lists_asked_for"] = probed.lists_asked_for;
        account["other_requests"] = probed.others;
        account["lists"] = std::move(lists);
        accounts.push_back(std::move(account));
    }
    json::object out;
    out["accounts"] = std::move(accounts);
    return json::serialize(out) + '\n';
}

}  // namespace trunkwarden
