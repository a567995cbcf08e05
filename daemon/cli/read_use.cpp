#include "cli/read_use.hpp"

#include <boost/asio/io_context.hpp>

#include <fmt/format.h>
#include <utility>

#include "cli/connected_accounts.hpp"
#include "cli/reading_progress.hpp"
#include "support/async/run_to_end.hpp"
#include "use/detail_records.hpp"
#include "use/usage_report.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t most_pages_of_hours = 60;
constexpr std::size_t most_pages_of_records = 10;

std::string because(traffic_product product, std::string_view why)
{
    return fmt::format("{}: {}", names_of<traffic_product>[product], why);
}

task<result<report_columns>> read_columns(api_client& api, traffic_product product)
{
    const auto at_once = request_priority::now();
    auto path = usage_options_path(product);
    const auto options = co_await api.get(std::move(path), at_once);
    if (!options)
        co_return options.error();
    auto columns = columns_in(*options, product);
    if (columns && columns->period != "date_time")
        co_return failure{errc::not_understood, "its reports do not tell one hour from the other"};
    co_return columns;
}

// The rows of the span, or why there are none.
task<result<std::vector<usage_row>>> read_hours(api_client& api, traffic_product product,
                                                report_columns columns, time_point now)
{
    const auto at_once = request_priority::now();
    std::vector<usage_row> rows;
    std::size_t pages = 1;
    for (std::size_t page = 1; page <= pages; ++page) {
        auto path = usage_history_path(product, columns, {now - span_of_use, now}, page);
        const auto body = co_await api.get(std::move(path), at_once);
        if (!body)
            co_return body.error();
        const auto read = usage_page_in(*body, product, columns, now);
        if (!read)
            co_return read.error();
        if (read->not_understood > 0)
            co_return failure{errc::not_understood, read->trouble};
        pages = read->pages;
        if (pages > most_pages_of_hours)
            co_return failure{errc::too_large, fmt::format("its report has {} pages, and {} are read", pages,
                                                           most_pages_of_hours)};
        rows.insert(rows.end(), read->rows.begin(), read->rows.end());
    }
    co_return rows;
}

// Whether all records of the span were read.
task<bool> read_records(api_client& api, traffic_product product, time_point now,
                        std::vector<detail_record>& into)
{
    std::size_t pages = 1;
    for (std::size_t page = 1; page <= pages; ++page) {
        auto path = detail_records_path(product, page);
        const auto at_once = request_priority::now();
        const auto body = co_await api.get(std::move(path), at_once);
        if (!body)
            co_return false;
        const auto read = detail_page_in(*body, product);
        if (!read || read->not_understood > 0 || read->pages > most_pages_of_records)
            co_return false;
        pages = read->pages;
        for (const auto& record : read->records)
            if (record.started >= now - span_of_use)
                into.push_back(record);
    }
    co_return true;
}

// Calls of both directions run, and count as running ones. Only applications are limited by them.
task<> read_both_ways(api_client& api, report_columns columns, time_point now, use_read& out)
{
    if (columns.direction.empty())
        co_return;  // nobody knows whether inbound calls are in the report
    columns.direction.clear();
    columns.country.clear();
    auto rows = co_await read_hours(api, traffic_product::call_control, columns, now);
    if (rows)
        out.seen.both_ways = *std::move(rows);
    else
        out.not_read.push_back(
            because(traffic_product::call_control, "inbound calls: " + rows.error().message));
}

// The outbound use of the product, and the inbound calls of applications.
task<> read_product(api_client& api, traffic_product product, time_point now, use_read& out)
{
    const auto columns = co_await read_columns(api, product);
    if (!columns) {
        out.not_read.push_back(because(product, columns.error().message));
        co_return;
    }
    const auto rows = co_await read_hours(api, product, *columns, now);
    if (!rows) {
        out.not_read.push_back(because(product, rows.error().message));
        co_return;
    }
    if (product == traffic_product::call_control)
        co_await read_both_ways(api, *columns, now, out);
    if (rows->empty())
        co_return;
    out.seen.rows.insert(out.seen.rows.end(), rows->begin(), rows->end());
    const bool has_all = co_await read_records(api, product, now, out.seen.details);
    out.seen.has_all_details = out.seen.has_all_details && has_all;
}

task<> read_into(api_client& api, time_point now, use_read& out)
{
    out = co_await read_use(api, now);
}

}  // namespace

task<use_read> read_use(api_client& api, time_point now)
{
    use_read out;
    out.seen.since = now - span_of_use;
    out.seen.until = now;
    out.seen.has_all_details = true;
    for (std::size_t at = 0; at < enumerators_of<traffic_product>(); ++at)
        co_await read_product(api, static_cast<traffic_product>(at), now, out);
    co_return out;
}

use_read read_use_once(account& watched, secret key)
{
    use_read out;
    asio::io_context io(1);
    reading_progress progress(1);
    connected_accounts connections;
    if (const auto connected = connections.connect(watched, std::move(key), progress); !connected) {
        out.not_read.push_back(connected.error().message);
        return out;
    }
    run_to_end(io, read_into(*watched.io.api, watched.io.now(), out));
    progress.done();
    return out;
}

}  // namespace trunkwarden
