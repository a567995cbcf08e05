#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>

#include "simulator/api_parts.hpp"
#include "simulator/cents.hpp"
#include "simulator/merge.hpp"
#include "simulator/value_generator.hpp"

// GET /usage_reports, /usage_reports/options and /detail_records, as docs/telnyx-api.md has them.

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

constexpr std::size_t largest_page_of_records = 50;  // a larger one is cut, and meta.page_size says so

struct reported_product {
    std::string_view name;
    std::string_view dimensions;
    std::string_view metrics;
};

constexpr std::string_view voice_dimensions =
    "date date_time connection_id outbound_profile_id country_code country_iso direction currency";
constexpr std::string_view voice_metrics = "attempted connected completed call_sec billed_sec cost";

constexpr reported_product reported_products[] = {
    {"sip-trunking", voice_dimensions, voice_metrics},
    {"call-control", voice_dimensions, voice_metrics},
    {"webrtc", voice_dimensions, voice_metrics},
    {"messaging", "date date_time country_iso product_name status_v2 direction currency", "count parts cost"},
    {"verify-2fa", "date date_time country_iso direction currency", "count cost"},
    {"fax-api", "date date_time country_iso direction currency", "attempted connected cost"},
};

const reported_product* product_named(const std::string* name)
{
    const auto* const found = std::ranges::find_if(reported_products, [name](const reported_product& each) {
        return name != nullptr && each.name == *name;
    });
    return found == std::end(reported_products) ? nullptr : found;
}

bool has_word(std::string_view text, std::string_view wanted)
{
    const auto all = words(text);
    return std::ranges::find(all, wanted) != all.end();
}

std::vector<std::string> names_in(const request& asked, std::string_view parameter)
{
    std::vector<std::string> out;
    const std::string* text = asked.parameter(parameter);
    for (std::size_t begin = 0; text != nullptr && begin < text->size();) {
        const std::size_t end = std::min(text->find(',', begin), text->size());
        out.push_back(text->substr(begin, end - begin));
        begin = end + 1;
    }
    return out;
}

std::string seconds_text(used::time_point at)
{
    return timestamp(at, "@now_seconds");
}

std::int64_t billed_seconds(const used& some)
{
    return (some.lasts.count() + 59) / 60 * 60;
}

std::string dimension_of(const used& some, std::string_view name)
{
    const number_place place = place_of_number(some.cld);
    if (name == "date") {
        return seconds_text(some.started).substr(0, 10);
    }
    if (name == "date_time") {
        return seconds_text(some.started).substr(0, 13) + ":00:00Z";
    }
    if (name == "connection_id") {
        return some.connection_id;
    }
    if (name == "outbound_profile_id") {
        return some.profile_id;
    }
    if (name == "country_iso") {
        return std::string(place.iso);
    }
    if (name == "country_code") {
        return std::to_string(place.code);
    }
    if (name == "product_name") {
        return "sms";
    }
    if (name == "status_v2") {
        return some.connected ? "delivered" : "failed";
    }
    return name == "currency" ? "USD" : "outbound";
}

struct sums {
    std::int64_t attempted = 0;
    std::int64_t connected = 0;
    std::int64_t seconds = 0;
    std::int64_t billed = 0;
    std::int64_t cents = 0;
};

// Numbers are written as floating-point ones, also where they count something.
double metric_of(const sums& all, std::string_view name)
{
    if (name == "attempted" || name == "count" || name == "parts") {
        return static_cast<double>(all.attempted);
    }
    if (name == "connected" || name == "completed") {
        return static_cast<double>(all.connected);
    }
    if (name == "call_sec") {
        return static_cast<double>(all.seconds);
    }
    return name == "billed_sec" ? static_cast<double>(all.billed) : static_cast<double>(all.cents) / 100;
}

struct span_of_days {
    std::string first;  // dates, both included
    std::string last;
};

std::optional<span_of_days> asked_days(const request& asked, used::time_point now)
{
    const auto day_of = [now](int back) {
        return seconds_text(now - std::chrono::hours(24 * back)).substr(0, 10);
    };
    const std::string* range = asked.parameter("date_range");
    const std::string* begin = asked.parameter("start_date");
    const std::string* end = asked.parameter("end_date");
    if (range != nullptr && *range == "today") {
        return span_of_days{day_of(0), day_of(0)};
    }
    if (range != nullptr && *range == "yesterday") {
        return span_of_days{day_of(1), day_of(1)};
    }
    if (range == nullptr && begin != nullptr && end != nullptr) {
        return span_of_days{begin->substr(0, 10), end->substr(0, 10)};
    }
    return std::nullopt;
}

std::optional<reply> wrong_names(const std::vector<std::string>& names, std::string_view known,
                                 std::string_view kind)
{
    for (const std::string& each : names) {
        if (!has_word(known, each)) {
            return bad_parameter(kind, fmt::format("{} is none of: {}", each, known));
        }
    }
    return names.empty() ? std::optional(bad_parameter(kind, "is missing")) : std::nullopt;
}

json::object report_row(const reported_product& product, const std::vector<std::string>& dimensions,
                        const std::vector<std::string>& key)
{
    json::object row{{"product", product.name}};
    for (std::size_t at = 0; at < dimensions.size(); ++at) {
        row[dimensions[at]] = key[at];
    }
    return row;
}

// A filter holds for a field that is a dimension too; of one that is none nothing is known.
bool fits_filters(const request& asked, const used& some, const std::vector<std::string>& dimensions)
{
    return std::ranges::all_of(asked.query, [&](const auto& each) {
        const std::string& name = each.first;
        if (!name.starts_with("filter[")) {
            return true;
        }
        const std::string field = name.substr(7, name.find(']') - 7);
        return std::ranges::find(dimensions, field) != dimensions.end() &&
               dimension_of(some, field) == each.second;
    });
}

std::vector<json::object> report_rows(const api_context& on, const request& asked,
                                      const reported_product& product, const span_of_days& days)
{
    const auto dimensions = names_in(asked, "dimensions");
    const auto now = on.state.now();
    std::map<std::vector<std::string>, sums> by_key;
    for (const used& each : on.state.use().all()) {
        const std::string date = seconds_text(each.started).substr(0, 10);
        const bool counts = each.product == product.name && on.state.use().is_reported(each, now) &&
                            date >= days.first && date <= days.last;
        if (!counts || !fits_filters(asked, each, dimensions)) {
            continue;
        }
        std::vector<std::string> key;
        for (const std::string& name : dimensions) {
            key.push_back(dimension_of(each, name));
        }
        sums& row = by_key[key];
        row.attempted += 1;
        row.connected += each.connected ? 1 : 0;
        row.seconds += each.lasts.count();
        row.billed += billed_seconds(each);
        row.cents += on.state.use().is_rated(each, now) ? each.cents : 0;
    }
    std::vector<json::object> rows;
    for (const auto& [key, row] : by_key) {
        json::object made = report_row(product, dimensions, key);
        for (const std::string& name : names_in(asked, "metrics")) {
            made[name] = metric_of(row, name);
        }
        rows.push_back(std::move(made));
    }
    return rows;
}

reply page_of_rows(const std::vector<json::object>& rows, page_request page)
{
    json::array shown;
    const std::size_t first = std::min((page.number - 1) * page.size, rows.size());
    for (std::size_t at = first; at < std::min(first + page.size, rows.size()); ++at) {
        shown.push_back(rows[at]);
    }
    return json_reply(200, json::object{{"data", std::move(shown)}, {"meta", meta_of(page, rows.size())}});
}

reply usage_report(const api_context& on, const request& asked)
{
    const reported_product* product = product_named(asked.parameter("product"));
    if (product == nullptr) {
        return bad_parameter("product", "there is no such product");
    }
    if (auto wrong = wrong_names(names_in(asked, "dimensions"), product->dimensions, "dimensions")) {
        return *std::move(wrong);
    }
    if (auto wrong = wrong_names(names_in(asked, "metrics"), product->metrics, "metrics")) {
        return *std::move(wrong);
    }
    const auto days = asked_days(asked, on.state.now());
    if (!days) {
        return bad_parameter("date_range", "must be today or yesterday, or a start_date and an end_date");
    }
    const auto page = paging(asked, 20, 0);
    return page ? page_of_rows(report_rows(on, asked, *product, *days), *page) : page.error();
}

json::array in_array(std::string_view names)
{
    json::array out;
    for (const std::string_view each : words(names)) {
        out.push_back(json::value(each));
    }
    return out;
}

reply report_options(const request& asked)
{
    const reported_product* only = product_named(asked.parameter("product"));
    if (only == nullptr && asked.parameter("product") != nullptr) {
        return bad_parameter("product", "there is no such product");
    }
    json::array all;
    for (const reported_product& each : reported_products) {
        if (only == nullptr || only == &each) {
            all.push_back(json::object{{"product", each.name},
                                       {"product_dimensions", in_array(each.dimensions)},
                                       {"product_metrics", in_array(each.metrics)},
                                       {"record_types", json::array{}}});
        }
    }
    return json_reply(200, json::object{{"data", std::move(all)}});
}

json::object message_record(const used& some, bool is_rated)
{
    return {{"record_type", some.product},
            {"uuid", some.id},
            {"profile_id", some.profile_id},
            {"profile_name", "support"},
            {"cli", some.cli},
            {"cld", some.cld},
            {"country_code", place_of_number(some.cld).iso},
            {"direction", "outbound"},
            {"status", some.connected ? "delivered" : "failed"},
            {"parts", 1},
            {"cost", is_rated ? json::value(text_of_cents(some.cents)) : json::value(nullptr)},
            {"currency", "USD"},
            {"created_at", seconds_text(some.started)},
            {"sent_at", seconds_text(some.started)}};
}

json::object call_record(const used& some, bool is_rated, const std::string& connection_name)
{
    const json::value answered =
        some.connected ? json::value(seconds_text(some.started)) : json::value(nullptr);
    return {{"record_type", some.product},
            {"id", some.id},
            {"direction", "outbound"},
            {"leg_direction", "inbound"},
            {"flow_source", "telnyx_connection"},
            {"flow_dest", "non_telnyx_pstn_number"},
            {"cli", some.cli},
            {"cld", some.cld},
            {"country_code", place_of_number(some.cld).code},
            {"connection_id", some.connection_id},
            {"connection_name", connection_name},
            {"outbound_profile_id", some.profile_id},
            {"started_at", seconds_text(some.started)},
            {"answered_at", answered},
            {"finished_at", seconds_text(some.ended())},
            {"attempted", 1},
            {"connected", some.connected ? 1 : 0},
            {"completed", some.connected ? 1 : 0},
            {"call_sec", some.lasts.count()},
            {"billed_sec", is_rated ? billed_seconds(some) : 0},
            {"cost", is_rated ? json::value(text_of_cents(some.cents)) : json::value(nullptr)},
            {"currency", "USD"},
            {"hangup_cause", some.connected ? "NORMAL_CLEARING" : "CALL_REJECTED"},
            {"hangup_code", some.connected ? 16 : 21},
            {"sip_invite_failure_status", some.connected ? json::value(nullptr) : json::value(403)},
            {"telnyx_error_code", some.connected ? json::value(nullptr) : json::value("D13")}};
}

// Whether a record is one that was asked for. A filter on a field that is not known fits no record, and is no
// error: so the API was seen to answer.
bool is_asked_for(const used& some, const request& asked)
{
    const std::string time_field = some.is_message() ? "created_at" : "started_at";
    const std::string began = seconds_text(some.started).substr(0, 19);
    return std::ranges::all_of(asked.query, [&](const auto& each) {
        const auto& [name, value] = each;
        const std::string time = value.substr(0, 19);
        if (!name.starts_with("filter[")) {
            return true;
        }
        if (name == "filter[record_type]") {
            return some.product == value;
        }
        if (name == "filter[direction]") {
            return value == "outbound";
        }
        if (name == "filter[connection_id]") {
            return some.connection_id == value;
        }
        if (name == fmt::format("filter[{}][gte]", time_field)) {
            return began >= time;
        }
        return name == fmt::format("filter[{}][lt]", time_field)
                   ? began < time
                   : name == fmt::format("filter[{}][lte]", time_field) && began <= time;
    });
}

reply detail_records(const api_context& on, const request& asked)
{
    if (asked.parameter("filter[record_type]") == nullptr) {
        return error_reply(400, "10011", "Bad Request", "Record type is missing",
                           {{"parameter", "filter[record_type]"}});
    }
    auto page = paging(asked, 20, 0);
    if (!page) {
        return page.error();
    }
    page->size = std::min(page->size, largest_page_of_records);
    const auto now = on.state.now();
    std::vector<json::object> rows;
    const usage& made = on.state.use();
    for (auto each = made.all().rbegin(); each != made.all().rend(); ++each) {
        if (!made.is_shown(*each, now) || !is_asked_for(*each, asked)) {
            continue;
        }
        const bool is_rated = made.is_rated(*each, now);
        rows.push_back(each->is_message()
                           ? message_record(*each, is_rated)
                           : call_record(*each, is_rated, on.state.connection_name(each->connection_id)));
    }
    return page_of_rows(rows, *page);
}

}  // namespace

std::optional<reply> on_usage(const api_context& on, const request& asked)
{
    if (asked.method != "GET") {
        return std::nullopt;
    }
    if (asked.path == "/usage_reports/options") {
        return report_options(asked);
    }
    if (asked.path == "/usage_reports") {
        return usage_report(on, asked);
    }
    return asked.path == "/detail_records" ? std::optional(detail_records(on, asked)) : std::nullopt;
}

}  // namespace trunkwarden::simulator
