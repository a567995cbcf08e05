#include "watch/reevaluation.hpp"

#include <boost/asio/post.hpp>

#include <memory>
#include <utility>
#include <vector>

#include "diff/diff.hpp"
#include "watch/coverage_check.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

// The last reading of a list, taken in hand to be evaluated on another thread.
struct reevaluation {
    polled_list* list = nullptr;
    std::shared_ptr<const list_contents> contents;
    extent shown;                      // of the list
    std::vector<object_list> objects;  // by watcher
    std::vector<std::vector<deviation>> deviations;
};

std::vector<reevaluation> last_readings(account_view& view)
{
    std::vector<reevaluation> out;
    for (auto& list : view.lists) {
        if (!list.last)
            continue;
        reevaluation again{&list, list.last, extent_of(view, list, *list.last), {}, {}};
        for (const auto resource : list.resources)
            again.objects.push_back(view.objects[resource]);
        out.push_back(std::move(again));
    }
    return out;
}

void diff_again(const account_config& config, const accepted_secrets& secrets, day today, reevaluation& again)
{
    for (std::size_t watcher = 0; watcher < again.list->resources.size(); ++watcher) {
        const auto& type = config.types[again.list->resources[watcher]];
        const trusted_state trusted{config.baseline.entries_of(type), secrets, today};
        again.deviations.push_back(diff(type, trusted, again.objects[watcher], again.shown));
    }
}

// As of the last reading: later findings about an object that was read alone are not taken back.
observation as_of_last_reading(const polled_list& list, extent shown, time_point now)
{
    return {shown, list.read_at, list.read_at, now};
}

void apply_reevaluation(account& account, reevaluation& again, day today)
{
    auto& list = *again.list;
    if (list.last != again.contents)
        return;  // it was read meanwhile, and evaluated by the new baseline
    if (list.evaluated_for_day)
        list.evaluated_for_day = today;
    const auto observation = as_of_last_reading(list, again.shown, account.io.now());
    for (std::size_t watcher = 0; watcher < list.resources.size(); ++watcher)
        record_deviations(account, list.resources[watcher], std::move(again.deviations[watcher]),
                          observation);
}

}  // namespace

void reevaluate(account& account, std::string_view name)
{
    const auto resource = place_of_resource(account.config, name).value();
    const auto& type = account.config.types[resource];
    const auto* const list = list_with(account.view, resource);
    if (list == nullptr || !list->last)
        return;
    const auto today = std::chrono::floor<std::chrono::days>(account.io.now());
    const trusted_state trusted{account.config.baseline.entries_of(type), account.memory.secrets, today};
    const auto shown = extent_of(account.view, *list, *list->last);
    record_deviations(account, resource, diff(type, trusted, account.view.objects[resource], shown),
                      as_of_last_reading(*list, shown, account.io.now()));
}

task<> reevaluate(account& account, worker_thread& aside)
{
    auto readings = last_readings(account.view);
    const auto today = std::chrono::floor<std::chrono::days>(account.io.now());
    auto work = [&account, &readings, secrets = account.memory.secrets, today] {
        for (auto& again : readings)
            diff_again(account.config, secrets, today, again);
    };
    co_await aside.run(work);
    for (auto& again : readings) {
        apply_reevaluation(account, again, today);
        co_await asio::post(asio::use_awaitable);  // others have their turn
    }
    evaluate_coverage(account);
}

}  // namespace trunkwarden
