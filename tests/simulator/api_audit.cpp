#include <algorithm>

#include "simulator/api_parts.hpp"
#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

using items = std::vector<json::value>;

// Times are UTC and begin with the same fields, so that text compares as time does, but for the zone.
std::string_view without_zone(std::string_view time)
{
    return time.ends_with('Z') ? time.substr(0, time.size() - 1) : time;
}

items selected_events(const api_context& on, const request& asked)
{
    const auto& all = on.state.audit_events();
    const std::string* after = asked.parameter("filter[created_after]");
    const std::string* before = asked.parameter("filter[created_before]");
    std::size_t end = std::min(all.size(), on.audit.ends_at);
    if (on.audit.late.count() > 0) {
        end = std::min(end, on.state.audited_until(on.state.now() - on.audit.late));
    }
    items shown;
    for (std::size_t i = 0; i < (on.audit.empty ? 0 : end); ++i) {
        const std::string created = scalar_text(all[i].at("created_at"));
        const std::string_view at = without_zone(created);
        if ((after == nullptr || at > without_zone(*after)) &&
            (before == nullptr || at < without_zone(*before))) {
            shown.emplace_back(all[i]);
        }
    }
    return shown;
}

void put_every_second_first(items& all)
{
    items mixed;
    for (std::size_t i = 1; i < all.size(); i += 2) {
        mixed.push_back(all[i]);
    }
    for (std::size_t i = 0; i < all.size(); i += 2) {
        mixed.push_back(all[i]);
    }
    all = std::move(mixed);
}

// Events over which a careless reader trips. The first three are events all the same.
void add_odd_ones(items& to)
{
    const json::value at = to.empty() ? json::value("2026-11-22T10:00:00.000Z") : to.back().at("created_at");
    to.push_back(
        {{"id", 9001000000000000001U},
         {"created_at", at},
         {"user_id", 7},
         {"change_type", "Impersonated"},
         {"record_type", "mystery_record"},
         {"resource_id", 1293384261075731510},
         {"changes", json::array{{{"field", "beam.strength"}, {"from", json::array{1, 2}}, {"to", 0.5}}}}});
    to.push_back({{"id", "odd-without-anything"}, {"created_at", at}});
    to.push_back({{"id", "odd-shapes"},
                  {"created_at", at},
                  {"user_id", json::object{{"id", "x"}}},
                  {"change_type", json::array{}},
                  {"record_type", nullptr},
                  {"changes", "all of them"}});
    to.push_back({{"created_at", at}, {"change_type", "update"}});
    to.push_back({{"id", "odd-time"}, {"created_at", "the other day"}});
    to.emplace_back(json::object{});
    to.emplace_back(17);
    to.emplace_back(nullptr);
}

items page_of(const items& all, page_request page, bool repeated)
{
    const std::size_t first = std::min((page.number - 1) * page.size, all.size());
    const std::size_t last = std::min(first + page.size, all.size());
    items out;
    if (repeated && first > 0) {
        out.push_back(all[first - 1]);
    }
    out.insert(out.end(), all.begin() + static_cast<std::ptrdiff_t>(first),
               all.begin() + static_cast<std::ptrdiff_t>(last));
    if (repeated && last > first) {
        out.push_back(all[first]);
    }
    return out;
}

}  // namespace

reply list_audit_events(api_context& on, const request& asked)
{
    const auto page = paging(asked, 20, 0);
    if (!page) {
        return page.error();
    }
    const std::string* sort = asked.parameter("sort");
    if (sort != nullptr && *sort != "asc" && *sort != "desc") {
        return bad_parameter("sort", "sort must be asc or desc");
    }
    items shown = selected_events(on, asked);
    if (sort == nullptr || *sort == "desc") {
        std::ranges::reverse(shown);
    }
    if (on.audit.unordered) {
        put_every_second_first(shown);
    }
    if (on.audit.odd) {
        add_odd_ones(shown);
    }
    json::array data;
    for (json::value& each : page_of(shown, *page, on.audit.repeated)) {
        data.push_back(std::move(each));
    }
    return json_reply(200, json::object{{"data", std::move(data)}, {"meta", meta_of(*page, shown.size())}});
}

}  // namespace trunkwarden::simulator
