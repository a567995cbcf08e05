#include "use/detail_records.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "destinations/destination.hpp"
#include "snapshot/json_reader.hpp"
#include "support/escape.hpp"
#include "support/parse_time.hpp"
#include "use/report_answer.hpp"
#include "use/report_number.hpp"

namespace trunkwarden {
namespace {

// The first of the names that says something.
std::string first_text(json_element record, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (auto text = text_at(record, name); !text.empty())
            return text;
    return {};
}

std::optional<time_point> first_time(json_element record, std::initializer_list<std::string_view> names)
{
    for (const auto name : names)
        if (const auto at = parse_time(text_at(record, name)))
            return at;
    return std::nullopt;
}

// Without a plus a number may be one of another country, cut or as it is dialled there. The dearer of our
// reading and the record's own counts, and else the record's.
bool believes_the_record(const detail_record& record, const destination& reached, std::string_view country)
{
    const auto product = record.lane.product;
    return !record.number.starts_with('+') && !country.empty() && country != reached.region &&
           (country_costs_dearly(country, product) ||
            (reached.risk != destination_risk::special && !costs_dearly(reached.risk) &&
             !country_costs_dearly(reached.region, product)));
}

// The country of the number by our own table; where there is no such number, the one that the record has.
void take_destination(json_element record, detail_record& into)
{
    into.number =
        printable(first_text(record, {"cld", "to", "destination_phone_number", "phone_number"}), 64);
    const auto reached = weigh_destination(into.number);
    into.costs_dearly = costs_dearly(reached.risk);
    const auto country = country_named(first_text(record, {"country_iso", "country_code"}));
    const bool is_service = reached.risk == destination_risk::special && reached.region.size() != 2;
    if (believes_the_record(into, reached, country) || (!is_service && reached.region.empty()))
        into.lane.country = country;
    else
        into.lane.country = is_service ? service_numbers : reached.region;
    into.costs_dearly = into.costs_dearly || country_costs_dearly(into.lane.country, into.lane.product);
}

bool was_answered(json_element record, traffic_product product)
{
    if (has_minutes(product))
        return report_count(first_text(record, {"connected", "completed"})).value_or(0) > 0 ||
               !text_at(record, "answered_at").empty();
    const auto status = first_text(record, {"status", "delivery_status"});
    return status.find("fail") == std::string::npos && status.find("reject") == std::string::npos;
}

std::optional<detail_record> record_in(json_element record, traffic_product product)
{
    detail_record out;
    out.id = first_text(record, {"id", "uuid"});
    const auto started = first_time(record, {"started_at", "start_time", "created_at", "sent_at"});
    if (out.id.empty() || out.id.size() > 200 || !started)
        return std::nullopt;
    out.started = *started;
    out.lane.product = product;
    out.lane.connection =
        printable(first_text(record, {"connection_id", "profile_id", "messaging_profile_id"}), 64);
    take_destination(record, out);
    out.connected = was_answered(record, product);
    out.seconds = report_count(first_text(record, {"call_sec", "duration_sec"})).value_or(0);
    out.billed_seconds = report_count(text_at(record, "billed_sec")).value_or(out.seconds);
    out.cost = report_number(text_at(record, "cost")).value_or(amount{});
    const auto rung_off = first_time(record, {"finished_at", "end_time"});
    out.ended = std::max(out.started, rung_off.value_or(out.started + std::chrono::seconds(out.seconds)));
    return out;
}

}  // namespace

std::string detail_records_path(traffic_product product, std::size_t page)
{
    const auto* const direction = product == traffic_product::verify || product == traffic_product::fax
                                      ? ""
                                      : "&filter%5Bdirection%5D=outbound";
    return fmt::format("/detail_records?filter%5Brecord_type%5D={}{}&page%5Bnumber%5D={}&page%5Bsize%5D={}",
                       detail_record_name(product), direction, page, detail_page_size);
}

result<detail_page> detail_page_in(const std::string& body, traffic_product product)
{
    const auto name = fmt::format("GET /detail_records?filter[record_type]={}", detail_record_name(product));
    json_reader reader;
    const auto answer = reader.parse(body, deepest_list);
    const auto data = data_of(answer, name);
    if (!data)
        return data.error();
    detail_page out;
    if (const auto pages = report_count(text_at(*answer, "meta.total_pages")))
        out.pages = *pages;
    else if (data->size() >= detail_page_size)
        out.pages = std::numeric_limits<std::size_t>::max();  // more may follow a full one
    for (const auto item : *data) {
        if (item.is_object() && text_at(item, "direction").starts_with("inbound"))
            continue;
        auto record = item.is_object() ? record_in(item, product) : std::nullopt;
        out.without_number += record && record->number.empty() ? 1 : 0;
        if (record)
            out.records.push_back(*std::move(record));
        else if (out.not_understood++ == 0)
            out.trouble = fmt::format("{}: a record has no id or no time", name);
    }
    return out;
}

}  // namespace trunkwarden
