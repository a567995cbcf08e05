#include "watch/traffic_watch.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>
#include <vector>

#include "account/schedule.hpp"
#include "fetch/request_priority.hpp"
#include "support/plural.hpp"
#include "use/detail_records.hpp"
#include "use/judge_traffic.hpp"
#include "use/spending_window.hpp"
#include "watch/use_findings.hpp"
#include "watch/watch_use.hpp"

namespace trunkwarden {
namespace {

using namespace std::chrono_literals;

// All that is read about use takes 15 requests a minute: one the balance, up to ten the questions about SIP
// registrations and running calls, which share their turns (account/schedule.hpp), and traffic the rest.
constexpr std::size_t requests_beside_balance = 14;
constexpr std::size_t most_requests_of_traffic = 11;
constexpr std::size_t most_questions = 1min / between_questions;
constexpr std::size_t most_detail_pages = 10;
constexpr std::ptrdiff_t requests_of_a_first_reading = 3;  // of a product: offers, report, records

std::size_t questions_in_a_minute(const account_config& config)
{
    const auto& trusted = config.baseline;
    const auto& registrations = config.types[place_of_role(config, resource_role::registrations)];
    if (is_judged(registrations, trusted.entries_of(registrations)))
        return most_questions;
    const auto interval = std::max<duration>(config.poll.usage_interval, 1s);
    const auto turns = static_cast<std::size_t>(std::max<duration>(1min, interval) / interval);
    return std::min(most_questions, trusted.active_calls.limits.size() * turns);
}

std::size_t requests_of_a_turn(const account_config& config)
{
    const auto in_a_minute =
        std::min(most_requests_of_traffic, requests_beside_balance - questions_in_a_minute(config));
    const auto interval = std::min<duration>(config.poll.usage_interval, 1min);
    const auto share = in_a_minute * static_cast<std::size_t>(interval / 1ms) / 60'000;
    return std::max<std::size_t>(share, 1);
}

std::vector<traffic_product> products_of(const traffic_policy& policy)
{
    std::vector<traffic_product> out;
    for (std::size_t at = 0; at < enumerators_of<traffic_product>(); ++at)
        if (policy.names(static_cast<traffic_product>(at)))
            out.push_back(static_cast<traffic_product>(at));
    return out;
}

bool limits_single_calls(const traffic_policy& policy, traffic_product product)
{
    return std::ranges::any_of(policy.entries, [product](const traffic_entry& entry) {
        return entry.product == product && (entry.max_calls_to_one_number || entry.max_call_minutes);
    });
}

// A product that waits for its turn is read every third time at the latest: six products, two requests each.
duration longest_traffic_pause(const poll_settings& poll)
{
    return 3 * (2 * poll.usage_interval + reading_slack);
}

// The reading of one product within a turn.
struct product_turn {
    account& watched;
    traffic_product product{};
    std::ptrdiff_t& requests;  // that are left; below 0: those that the next turns have less
    product_reading reading;

    time_point now() const { return watched.io.now(); }
    traffic_record& record() const { return watched.memory.traffic.record; }
    void fail(const failure& why)
    {
        if (!reading.failed)
            reading.failed = why;
    }
};

task<result<std::string>> ask(product_turn& turn, std::string path)
{
    const auto soon = request_priority::instant::clock::now() + turn.watched.config.poll.usage_interval / 2;
    const request_priority priority(urgency::money, soon);
    --turn.requests;
    co_return co_await turn.watched.io.api->get(std::move(path), priority);
}

task<> read_columns(product_turn& turn)
{
    if (turn.reading.columns)
        co_return;
    auto path = usage_options_path(turn.product);
    const auto body = co_await ask(turn, std::move(path));
    const auto offered = body ? columns_in(*body, turn.product) : result<report_columns>(body.error());
    if (!offered)
        co_return turn.fail(offered.error());
    turn.reading.columns = *offered;
}

// The report has no countries or no connections, and so every entry covers each of its rows.
void say_what_is_not_offered(product_turn& turn)
{
    const auto& columns = *turn.reading.columns;
    const auto names = [&turn](auto member) {
        return std::ranges::any_of(turn.watched.config.baseline.traffic.entries,
                                   [&](const traffic_entry& entry) {
                                       return entry.product == turn.product && !(entry.*member).empty();
                                   });
    };
    const bool lacks_countries = columns.country.empty() && names(&traffic_entry::destinations);
    const bool lacks_senders = columns.connection.empty() && names(&traffic_entry::connection_id);
    if (!lacks_countries && !lacks_senders)
        return;
    turn.reading.troubles.push_back(fmt::format(
        "GET {} does not offer {}, by which the baseline judges: its usage report proves nothing about "
        "them, and calls whose records were not read may pass unseen",
        usage_options_path(turn.product),
        lacks_countries && lacks_senders ? "countries and connections"
        : lacks_countries                ? "countries"
                                         : "connections"));
}

// Every page of the report, or as many as there may be. The rows of a report that breaks off prove traffic.
task<> read_report(product_turn& turn)
{
    co_await read_columns(turn);
    if (!turn.reading.columns)
        co_return;
    say_what_is_not_offered(turn);
    const auto columns = *turn.reading.columns;
    const auto asked = turn.now();
    std::vector<usage_row> rows;
    std::size_t pages = 1;
    for (std::size_t page = 1; page <= std::min(pages, most_usage_pages); ++page) {
        auto path = usage_report_path(turn.product, columns, asked, page);
        const auto body = co_await ask(turn, std::move(path));
        const auto read =
            body ? usage_page_in(*body, turn.product, columns, asked) : result<usage_page>(body.error());
        if (!read) {
            turn.fail(read.error());
            if (read.error().kind == errc::refused)
                turn.reading.columns.reset();  // the API may offer others by now
            break;
        }
        pages = std::max(pages, read->pages);
        rows.insert(rows.end(), read->rows.begin(), read->rows.end());
        if (read->not_understood > 0)
            turn.reading.troubles.push_back(read->trouble);
    }
    if (pages > most_usage_pages)
        turn.reading.troubles.push_back(
            fmt::format("the usage report of {} has {} pages, of which {} are read: name connections and "
                        "countries by fewer entries, or use fewer connections",
                        name_of(turn.product), pages, most_usage_pages));
    for (auto& said : turn.record().add_report(turn.product, rows, columns.length(), turn.now()))
        turn.reading.troubles.push_back(std::move(said));
}

bool goes_further_back(const detail_page& page, const traffic_record& record, time_point now)
{
    return std::ranges::any_of(page.records,
                               [since = record.details_since(now)](const detail_record& detail_record) {
                                   return detail_record.started >= since;
                               });
}

void say_that_details_are_missing(product_turn& turn, std::size_t most_pages)
{
    if (limits_single_calls(turn.watched.config.baseline.traffic, turn.product))
        turn.reading.troubles.push_back(
            fmt::format("{} had more than {} new records since the last reading: only its usage report is "
                        "read, which shows no single calls; max_calls_to_one_number and max_call_minutes may "
                        "be passed unseen",
                        name_of(turn.product), most_pages * detail_page_size));
}

// A call to nobody knows whom is in no row of calls to one number.
void say_that_numbers_are_missing(product_turn& turn, const detail_page& page)
{
    const auto counts_them = [&turn](const traffic_entry& entry) {
        return entry.product == turn.product && entry.max_calls_to_one_number.has_value();
    };
    if (page.without_number > 0 &&
        std::ranges::any_of(turn.watched.config.baseline.traffic.entries, counts_them))
        turn.reading.troubles.push_back(
            fmt::format("{} of {} without a number: max_calls_to_one_number may be passed unseen",
                        plural(page.without_number, "record"), name_of(turn.product)));
}

// Pages from the newest call on, until one has none that is new. At more calls than that there is a gap, and
// the reports count in full until it is too old to matter.
task<> read_details(product_turn& turn, std::size_t most_pages)
{
    const bool was_read = turn.record().read_since(turn.product).has_value();
    for (std::size_t page = 1; page <= most_pages; ++page) {
        auto path = detail_records_path(turn.product, page);
        const auto body = co_await ask(turn, std::move(path));
        const auto read = body ? detail_page_in(*body, turn.product) : result<detail_page>(body.error());
        if (!read) {
            if (page > 1)
                turn.record().note_missing_details(turn.product, turn.now());
            co_return turn.fail(read.error());
        }
        if (read->not_understood > 0)
            turn.reading.troubles.push_back(read->trouble);
        say_that_numbers_are_missing(turn, *read);
        const auto fresh = turn.record().add_details(read->records, turn.now());
        const bool was_last = page >= read->pages || !goes_further_back(*read, turn.record(), turn.now());
        if (fresh == 0 || was_last)
            co_return turn.record().note_all_details(turn.product);
    }
    turn.record().note_missing_details(turn.product, turn.now());
    if (was_read)
        say_that_details_are_missing(turn, most_pages);
}

task<> read_product(account& account, traffic_product product, std::ptrdiff_t& requests,
                    std::ptrdiff_t for_details)
{
    auto& traffic = account.memory.traffic;
    product_turn turn{account, product, requests, {traffic.readings[product].columns, {}, {}}};
    co_await read_report(turn);
    const auto pages = std::clamp<std::ptrdiff_t>(std::min(requests, for_details), 1, most_detail_pages);
    co_await read_details(turn, static_cast<std::size_t>(pages));
    if (!turn.reading.failed)
        traffic.record.note_reading(product, account.io.now(), longest_traffic_pause(account.config.poll));
    traffic.readings.insert_or_assign(product, std::move(turn.reading));
}

// The report and a page of records, and before the first report what columns it may have.
std::ptrdiff_t least_requests(const traffic_memory& traffic, traffic_product product)
{
    const auto known = traffic.readings.find(product);
    return known != traffic.readings.end() && known->second.columns ? 2 : requests_of_a_first_reading;
}

// Sentences from the readings of the products; or the failure of one of them, which is all there is to say.
result<std::vector<std::string>> troubles_of(const traffic_memory& traffic, const traffic_policy& policy)
{
    std::vector<std::string> out;
    for (const auto product : products_of(policy)) {
        const auto known = traffic.readings.find(product);
        if (known == traffic.readings.end())
            continue;
        if (known->second.failed)
            return *known->second.failed;
        out.insert(out.end(), known->second.troubles.begin(), known->second.troubles.end());
    }
    return out;
}

// Why not all of it was read; nothing when it was. Products that wait for their first turn are no trouble.
std::optional<failure> trouble_of(const traffic_memory& traffic, const traffic_policy& policy, time_point now)
{
    auto sentences = troubles_of(traffic, policy);
    if (!sentences)
        return sentences.error();
    if (traffic.record.had_no_room(now))
        sentences->insert(
            sentences->begin(),
            fmt::format(
                "within the last day there were more than {} senders and countries; {} of the lightest had no room "
                "since the start and are not judged: GET /usage_reports shows them",
                traffic_record::most_lanes, traffic.record.lanes_without_room()));
    if (sentences->empty())
        return std::nullopt;
    auto said = fmt::format("{}", fmt::join(*sentences, "; "));
    constexpr std::size_t longest = 1000;
    if (said.size() > longest)
        said.resize(said.find_last_of(';', longest) == std::string::npos ? longest
                                                                         : said.find_last_of(';', longest));
    return failure{errc::not_understood, std::move(said)};
}

bool waits_for_a_product(const traffic_memory& traffic, const traffic_policy& policy)
{
    return std::ranges::any_of(products_of(policy), [&traffic](traffic_product product) {
        return !traffic.readings.contains(product);
    });
}

void judge_last_readings(account& account, std::size_t place)
{
    const auto& type = account.config.types[place];
    const auto& policy = account.config.baseline.traffic;
    const auto& traffic = account.memory.traffic;
    const auto at = *traffic.read_at;
    const auto trouble = trouble_of(traffic, policy, at);
    const bool is_whole = !trouble && !waits_for_a_product(traffic, policy);
    auto& covered = account.view.coverage[place];
    if (trouble)
        covered.fail(*trouble, at);
    else
        covered.succeed(0, at);
    const observation observation{is_whole ? extent::complete : extent::partial, at, at};
    const auto told = told_in(account.memory.findings, type);
    auto deviations = judge_traffic(type, policy, traffic.record, told, at);
    apply_use(account, place, std::move(deviations), observation);
}

}  // namespace

void evaluate_traffic(account& account)
{
    const auto place = place_of_role(account.config, resource_role::traffic);
    if (!account.config.baseline.traffic.present)
        return leave_out_use(account, place);
    auto& covered = account.view.coverage[place];
    if (covered.is_left_out())
        covered.begin_again(account.io.now());
    if (account.memory.traffic.read_at)
        judge_last_readings(account, place);
}

task<> read_traffic(account& account, traffic_reading reading)
{
    const auto products = products_of(account.config.baseline.traffic);
    if (!account.config.baseline.traffic.present)
        co_return;
    auto& traffic = account.memory.traffic;
    const auto began = account.io.now();
    if (traffic.read_at && began < *traffic.read_at)
        traffic.record.set_back_to(began);
    // A report of many pages is read to its end, and the turns after it have less.
    const auto for_each = requests_of_a_first_reading * static_cast<std::ptrdiff_t>(products.size());
    const auto of_a_turn = static_cast<std::ptrdiff_t>(requests_of_a_turn(account.config));
    const auto for_a_turn = reading == traffic_reading::only_one ? std::max(for_each, of_a_turn) : of_a_turn;
    auto& requests = traffic.requests_left;
    requests = std::min(requests + for_a_turn, std::max(for_a_turn, requests_of_a_first_reading));
    for (std::size_t left = products.size(); left > 0; --left) {
        const auto product = products[traffic.next_product++ % products.size()];
        if (requests < least_requests(traffic, product)) {
            --traffic.next_product;
            break;
        }
        const auto share = std::max<std::ptrdiff_t>(requests / static_cast<std::ptrdiff_t>(left), 2);
        const auto others = least_requests(traffic, product) - 1;  // beside the first page of records
        co_await read_product(account, product, requests, std::max<std::ptrdiff_t>(share - others, 1));
    }
    traffic.read_at = account.io.now();
    evaluate_traffic(account);
}

task<> watch_traffic(account& account, std::function<void()> when_read)
{
    return watch_use(account,
                     {.is_asked_for = [](const baseline& trusted) { return trusted.traffic.present; },
                      .read = [](trunkwarden::account& watched) { return read_traffic(watched); }},
                     std::move(when_read));
}

}  // namespace trunkwarden
