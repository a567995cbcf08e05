#include "simulator/service.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

#include "simulator/api.hpp"
#include "simulator/masking.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

// Limits are for each endpoint: the path without its ids.
std::string template_of(const request& asked)
{
    std::string out;
    std::string_view path = asked.path;
    while (!path.empty()) {
        const auto end = std::min(path.find('/', 1), path.size());
        const auto segment = path.substr(0, end);
        out += segment.find_first_of("0123456789") == std::string_view::npos ? segment : "/{id}";
        path.remove_prefix(end);
    }
    return out;
}

std::size_t asked_page_of(const request& asked)
{
    const std::string* text = asked.parameter("page[number]");
    std::size_t page = 1;
    if (text != nullptr) {
        std::from_chars(text->data(), text->data() + text->size(), page);
    }
    return std::max<std::size_t>(1, page);
}

struct own_limit {
    std::string_view path;
    std::uint64_t options::*most;
    std::chrono::seconds length;
};
constexpr own_limit own_limits[] = {
    {"/detail_records", &options::detail_records_limit, std::chrono::seconds(60)},
    {"/usage_reports", &options::usage_reports_limit, std::chrono::seconds(1)},
};

}  // namespace

service::service(account state, options options) : state_(std::move(state)), how_(std::move(options))
{
    state_.set_time(std::nullopt);
    for (const auto& [id, seed_file] : how_.managed_accounts) {
        managed_.emplace(id, managed_account{load_account(seed_file)})
            .first->second.state.set_time(std::nullopt);
    }
}

service::acting_inside::acting_inside(service& service, const std::string& id) : of_(service)
{
    if (id.empty()) {
        return;
    }
    const auto found = of_.managed_.find(id);
    if (found == of_.managed_.end()) {
        throw std::invalid_argument(fmt::format("there is no managed account {}", id));
    }
    inside_ = &found->second;
    change_places();
}

service::acting_inside::~acting_inside()
{
    if (inside_ != nullptr) {
        change_places();
    }
}

void service::acting_inside::change_places()
{
    std::swap(of_.state_, inside_->state);
    std::swap(of_.pages_, inside_->pages);
}

void service::count_connection()
{
    const std::lock_guard lock(mutex_);
    ++connections_;
}

void service::record(const request& asked)
{
    ++total_;
    ++by_path_[asked.path];
    if (!asked.managed_account.empty()) {
        ++by_managed_account_[asked.managed_account];
    }
    if (asked.method != "GET") {
        writes_.push_back({asked.method, asked.path, asked.body});
    }
}

bool service::over_rate(const request& asked, std::vector<std::pair<std::string, std::string>>& headers)
{
    if (how_.rate_limit == 0) {
        return false;
    }
    const auto now = std::chrono::steady_clock::now();
    const auto [known, is_new] = windows_.try_emplace(template_of(asked), rate_window{now, 0});
    auto& window = known->second;
    if (now - window.began >= how_.rate_window) {
        window = {now, 0};
    }
    ++window.requests;
    const auto left = std::chrono::ceil<std::chrono::seconds>(window.began + how_.rate_window - now);
    const std::uint64_t remaining = how_.rate_limit - std::min(window.requests, how_.rate_limit);
    const auto epoch = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + left);
    const bool over = window.requests > how_.rate_limit;
    if (over && how_.rate_retry_after) {
        headers.emplace_back("retry-after", std::to_string(left.count()));
    }
    if (over) {
        headers.emplace_back("x-envoy-ratelimited", "true");
    }
    if (how_.rate_told == rate_form::missing) {
        return over;
    }
    if (how_.rate_told == rate_form::garbage) {
        headers.emplace_back("x-ratelimit-limit", "plenty; for=everybody");
        headers.emplace_back("x-ratelimit-remaining", "-1");
        headers.emplace_back("x-ratelimit-reset", "tomorrow");
        return over;
    }
    auto limit = std::to_string(how_.rate_limit);
    if (how_.rate_told != rate_form::bare) {
        limit += fmt::format(", {};w={}", how_.rate_limit, how_.rate_window.count());
    }
    headers.emplace_back("x-ratelimit-limit", limit);
    headers.emplace_back("x-ratelimit-remaining", std::to_string(remaining));
    headers.emplace_back("x-ratelimit-reset",
                         std::to_string(how_.rate_told == rate_form::epoch ? epoch : left.count()));
    return over;
}

std::optional<bool> service::over_own_limit(const request& asked,
                                            std::vector<std::pair<std::string, std::string>>& headers)
{
    const auto* const own = std::ranges::find(own_limits, asked.path, &own_limit::path);
    const auto most = own == std::end(own_limits) ? 0 : how_.*(own->most);
    if (most == 0) {
        return std::nullopt;
    }
    const auto now = state_.now();
    const account::time_point began(now.time_since_epoch() / own->length * own->length);
    auto& window = own_windows_[asked.path];
    window = {began, window.began == began ? window.requests + 1 : 1};
    const auto left = std::chrono::ceil<std::chrono::seconds>(began + own->length - now);
    headers.emplace_back("x-ratelimit-limit", fmt::format("{0}, {0};w={1}", most, own->length.count()));
    headers.emplace_back("x-ratelimit-remaining", std::to_string(most - std::min(most, window.requests)));
    headers.emplace_back("x-ratelimit-reset", std::to_string(left.count()));
    const bool over = window.requests > most;
    if (over) {
        headers.emplace_back("x-envoy-ratelimited", "true");
    }
    return over;
}

reply service::ordinary(const request& asked, const std::vector<fault>& striking, account& state,
                        page_cache& pages)
{
    if (asked.authorization != "Bearer " + how_.api_key) {
        return unauthorised();
    }
    std::vector<std::pair<std::string, std::string>> headers;
    const auto over_own = over_own_limit(asked, headers);
    const bool over = over_own ? *over_own : over_rate(asked, headers);
    api_context on{.state = state, .pages = pages, .gzip = how_.gzip};
    for (const fault& each : striking) {
        distort(each, on.audit);
    }
    std::optional<masking> mask;
    if (how_.mask_passwords) {
        mask.emplace(state, asked);
    }
    reply made = over ? too_many_requests() : reply_to(on, asked);
    if (mask) {
        mask->apply(made);
    }
    made.headers.insert(made.headers.end(), headers.begin(), headers.end());
    return made;
}

delivery service::carry_out(request& asked)
{
    std::vector<fault> striking;
    for (fault& each : faults_) {
        if (each.strikes(asked)) {
            striking.push_back(each);
            striking.back().asked_page = asked_page_of(asked);
            each.times -= each.times > 0 ? 1 : 0;
        }
    }
    bool carried_out = true;
    for (const fault& each : striking) {
        before(each, asked, state_);
        carried_out = carried_out && each.carries_out();
    }
    delivery out;
    out.delay = how_.delay;
    if (std::ranges::any_of(striking, &fault::pretends)) {
        account as_if = state_;
        page_cache own;
        out.answer = ordinary(asked, striking, as_if, own);
    } else if (carried_out) {
        out.answer = ordinary(asked, striking, state_, pages_);
    }
    for (const fault& each : striking) {
        after(each, out);
    }
    return out;
}

delivery service::answer(request asked)
{
    const std::lock_guard lock(mutex_);
    record(asked);
    if (!asked.managed_account.empty() && !managed_.contains(asked.managed_account)) {
        delivery out;
        out.answer = error_reply(403, "10010", "Not authorised",
                                 "You do not have permission to act inside this account.");
        return out;
    }
    const acting_inside there(*this, asked.managed_account);
    try {
        return carry_out(asked);
    } catch (const std::invalid_argument& wrong) {
        delivery out;
        out.answer = error_reply(422, "10015", "Bad Request", wrong.what(), {{"pointer", "/"}});
        return out;
    }
}

}  // namespace trunkwarden::simulator
