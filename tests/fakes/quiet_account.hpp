#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "account/account.hpp"
#include "baseline/file/baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/fake_api_client.hpp"

namespace trunkwarden::fakes {

// "opened unknown ips 9", and so on.
struct recorder final : watch_listener {
    std::vector<std::string> told;
    void on_events(const std::vector<finding_event>& events) override
    {
        for (const auto& event : events)
            told.push_back(fmt::format("{} {} {} {}", name_of(event.transition),
                                       name_of(event.about.deviation.kind), event.about.deviation.type->name,
                                       event.about.deviation.id));
    }
    void on_list_read(const std::string&, const polled_list&) override {}
};

inline std::string first_page(const polled_list& list)
{
    std::string target = list.from.path;
    char joint = '?';
    if (!list.from.query.empty()) {
        target += joint + list.from.query;
        joint = '&';
    }
    if (list.from.pages == paging::numbered || list.from.pages == paging::bare_array)
        target += fmt::format("{}page[number]=1&page[size]={}", joint, list.from.page_size);
    return target;
}

inline std::string nothing_in(const polled_list& list)
{
    if (list.from.pages == paging::one_object)
        return R"({"data":{"enabled":false}})";
    return list.from.pages == paging::bare_array ? "[]" : R"({"data":[],"meta":{"total_results":0}})";
}

// An account whose every list is empty unless a test says otherwise.
class quiet_account {
public:
    quiet_account() { build("version: 1\n"); }

    void build(const std::string& baseline_text, const watched_types& types = {})
    {
        auto trusted = parse_baseline(baseline_text, "baseline.yml", types.all());
        if (!trusted.problems.empty())
            throw std::invalid_argument(to_string(trusted.problems[0]));
        account_settings settings;
        settings.name = "test";
        settings.types = types;
        watched = make_account(settings, {}, std::move(trusted.value));
        auto client = std::make_unique<fake_api_client>();
        api = client.get();
        watched->io.api = std::move(client);
        watched->io.listener = &listener;
        watched->io.before_reading_again = duration(0);
        watched->io.before_changing_again = duration(0);
        watched->io.now = [this] { return now; };
        listener.told.clear();
        for (const auto& list : watched->view.lists)
            api->answer(first_page(list), nothing_in(list));
    }

    void answer(std::string_view path, std::string items)
    {
        api->answer(first_page(list(path)), R"({"data":)" + items + "}");
    }
    void fail(std::string_view path, errc kind) { api->fail(first_page(list(path)), kind); }

    const polled_list& list(std::string_view path) const
    {
        return *std::ranges::find_if(watched->view.lists,
                                     [path](const auto& polled) { return polled.from.path == path; });
    }
    const coverage& seen(std::string_view resource) const
    {
        return *std::ranges::find_if(watched->view.coverage, [resource](const auto& covered) {
            return covered.type->name == resource;
        });
    }
    bool told(std::string_view line) const
    {
        return std::ranges::find(listener.told, line) != listener.told.end();
    }

    time_point now = time_point{} + std::chrono::hours(20'000);
    recorder listener;
    fake_api_client* api = nullptr;
    std::unique_ptr<account> watched;
};

}  // namespace trunkwarden::fakes
