#include "use/usage_report.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include "snapshot/answer_form.hpp"
#include "snapshot/json_reader.hpp"
#include "support/escape.hpp"
#include "support/parse_time.hpp"
#include "use/report_answer.hpp"
#include "use/report_number.hpp"

namespace trunkwarden {
namespace {

// Calls are rated after they end, so that an hour that is over continues to grow.
constexpr auto hours_before = std::chrono::hours(3);

std::string first_offered(const std::vector<std::string>& offered,
                          std::initializer_list<std::string_view> wanted)
{
    for (const auto name : wanted)
        if (std::ranges::find(offered, name) != offered.end())
            return std::string(name);
    return {};
}

// The item of the product in the answer; nothing where it has none.
std::optional<json_element> product_in(json_element answer, std::string_view product)
{
    simdjson::dom::array data;
    if (answer["data"].get(data) != simdjson::SUCCESS)
        return std::nullopt;
    for (const auto item : data)
        if (item.is_object() && text_at(item, "product") == product)
            return item;
    return std::nullopt;
}

std::string joined(std::initializer_list<std::string_view> names)
{
    std::string out;
    for (const auto name : names)
        if (!name.empty())
            out += (out.empty() ? "" : ",") + std::string(name);
    return out;
}

std::optional<time_point> period_of(json_element row, const report_columns& columns, time_point asked)
{
    if (columns.period.empty())
        return std::chrono::floor<std::chrono::days>(asked);
    auto text = text_at(row, columns.period);
    if (columns.period == "date")
        text = text.substr(0, 10) + "T00:00:00Z";
    const auto at = parse_time(text);
    if (!at)
        return std::nullopt;
    return columns.length() == std::chrono::hours(1) ? std::chrono::floor<std::chrono::hours>(*at) : *at;
}

// For a sum that is there: a row that a report does not have counts nothing.
bool read_number(json_element row, const std::string& column, amount& into)
{
    const auto text = column.empty() ? std::string() : text_at(row, column);
    if (text.empty())
        return true;
    const auto number = report_number(text);
    if (number)
        into = *number;
    return number.has_value();
}

bool read_count(json_element row, const std::string& column, std::uint64_t& into)
{
    amount number;
    if (!read_number(row, column, number))
        return false;
    into = static_cast<std::uint64_t>(number.millionths / 1'000'000);
    return true;
}

// A row without the first of its numbers is none.
std::optional<traffic_sum> sum_of(json_element row, const report_columns& columns)
{
    traffic_sum out;
    const auto& first = columns.attempts.empty() ? columns.cost : columns.attempts;
    if (text_at(row, first).empty())
        return std::nullopt;
    if (!read_count(row, columns.attempts, out.attempts) ||
        !read_count(row, columns.connected, out.connected) ||
        !read_count(row, columns.seconds, out.seconds) || !read_number(row, columns.cost, out.cost))
        return std::nullopt;
    if (columns.connected.empty())
        out.connected = out.attempts;  // nobody knows that they were refused
    return out;
}

traffic_lane lane_of(json_element row, traffic_product product, const report_columns& columns)
{
    traffic_lane out{product, std::string(not_in_report), std::string(not_in_report)};
    if (!columns.connection.empty())
        out.connection = printable(text_at(row, columns.connection), 64);
    if (!columns.country.empty())
        out.country = country_named(text_at(row, columns.country));
    return out;
}

bool is_outbound(json_element row, const report_columns& columns)
{
    const auto direction = columns.direction.empty() ? std::string() : text_at(row, columns.direction);
    return direction.empty() || direction.starts_with("outbound");
}

std::string range_text(time_point since, time_point until)
{
    return fmt::format("start_date={}&end_date={}", rfc3339(since), rfc3339(until));
}

std::string path_of(traffic_product product, const report_columns& columns, std::string_view range,
                    std::size_t page)
{
    const auto dimensions = joined({columns.direction, columns.country, columns.connection, columns.period});
    const auto metrics = joined({columns.attempts, columns.connected, columns.seconds, columns.cost});
    return fmt::format(
        "/usage_reports?product={}&{}{}{}&metrics={}{}&page%5Bnumber%5D={}&page%5Bsize%5D={}",
        usage_report_name(product), range, dimensions.empty() ? "" : "&dimensions=", dimensions, metrics,
        columns.direction.empty() ? "" : "&filter%5Bdirection%5D=outbound", page, usage_page_size);
}

}  // namespace

std::string usage_options_path(traffic_product product)
{
    return fmt::format("/usage_reports/options?product={}", usage_report_name(product));
}

result<report_columns> columns_in(const std::string& body, traffic_product product)
{
    const auto path = usage_options_path(product);
    json_reader reader;
    const auto answer = reader.parse(body, deepest_list + 2);
    if (!answer)
        return failure{answer.error().kind, fmt::format("GET {}: {}", path, answer.error().message)};
    const auto offers = product_in(*answer, usage_report_name(product));
    if (!offers)
        return failure{errc::not_understood, fmt::format("GET {}: the answer does not offer the product; {}",
                                                         path, form_of(*answer))};
    const auto dimensions = texts_at(*offers, "product_dimensions");
    const auto metrics = texts_at(*offers, "product_metrics");
    report_columns out;
    out.connection = first_offered(
        dimensions, {"connection_id", "messaging_profile_id", "profile_id", "verify_profile_id"});
    out.country = first_offered(dimensions, {"country_iso"});
    out.period = first_offered(dimensions, {"date_time", "date"});
    out.direction = first_offered(dimensions, {"direction"});
    out.attempts = first_offered(metrics, {"attempted", "count"});
    out.connected = first_offered(metrics, {"connected", "completed", "delivered"});
    out.seconds = first_offered(metrics, {"billed_sec", "call_sec"});
    out.cost = first_offered(metrics, {"cost"});
    if (out.attempts.empty() && out.cost.empty())
        return failure{errc::not_understood,
                       fmt::format("GET {}: the product has neither a number of attempts nor a cost", path)};
    return out;
}

std::string usage_report_path(traffic_product product, const report_columns& columns, time_point now,
                              std::size_t page)
{
    auto range = std::string("date_range=today");
    if (columns.period == "date_time") {
        const auto hour = std::chrono::floor<std::chrono::hours>(now);
        range = range_text(hour - hours_before, hour + std::chrono::hours(1));
    } else if (!columns.period.empty()) {
        const auto today = std::chrono::floor<std::chrono::days>(now);
        range = range_text(today - std::chrono::days(1), today + std::chrono::days(1));
    }
    return path_of(product, columns, range, page);
}

std::string usage_history_path(traffic_product product, const report_columns& columns,
                               std::pair<time_point, time_point> span, std::size_t page)
{
    return path_of(product, columns, range_text(span.first, span.second), page);
}

result<usage_page> usage_page_in(const std::string& body, traffic_product product,
                                 const report_columns& columns, time_point asked)
{
    const auto name = fmt::format("GET /usage_reports?product={}", usage_report_name(product));
    json_reader reader;
    const auto answer = reader.parse(body, deepest_list);
    const auto data = data_of(answer, name);
    if (!data)
        return data.error();
    usage_page out;
    if (const auto pages = report_count(text_at(*answer, "meta.total_pages")))
        out.pages = *pages;
    for (const auto item : *data) {
        if (item.is_object() && !is_outbound(item, columns))
            continue;
        const auto period = item.is_object() ? period_of(item, columns, asked) : std::nullopt;
        const auto sum = item.is_object() ? sum_of(item, columns) : std::nullopt;
        if (period && sum)
            out.rows.push_back({lane_of(item, product, columns), *period, *sum});
        else if (out.not_understood++ == 0)
            out.trouble =
                fmt::format("{}: a row is not understood: {}", name, printable(simdjson::minify(item), 160));
    }
    return out;
}

}  // namespace trunkwarden
