#include "reload/running_parts.hpp"

#include <algorithm>
#include <utility>

namespace trunkwarden {
namespace {

class ready_parts final : public reload_transaction {
public:
    explicit ready_parts(const running_parts::parts& parts) : of_(parts) {}

    task<> commit(const settings& configured) override
    {
        co_await of_.alerts.commit(sinks);
        of_.beat.commit(beat);
        co_await of_.accounts.commit(accounts, of_.aside);
        of_.doors.commit(places, configured);
    }

    std::shared_ptr<alert_dispatcher::other_sinks> sinks;
    std::shared_ptr<heartbeat::target> beat;
    std::shared_ptr<account_registry::changes> accounts;
    std::shared_ptr<web_listeners::prepared_listeners> places;

private:
    running_parts::parts of_;
};

}  // namespace

const baseline* running_parts::baseline_of(const std::string& account) const
{
    const auto watches = of_.accounts.all();
    const auto known = std::ranges::find_if(watches, [&account](const account_watch* watch) {
        return watch->watched().config.settings.name == account;
    });
    return known == watches.end() ? nullptr : &(*known)->watched().config.baseline;
}

void running_parts::set_baseline_error(const std::vector<skipped_account>& skipped)
{
    of_.accounts.set_baseline_error(skipped);
}

task<result<std::unique_ptr<reload_transaction>>> running_parts::prepare(const settings& in_force,
                                                                         files_read_again& files)
{
    const auto& wanted = files.configured;
    result<std::shared_ptr<alert_dispatcher::other_sinks>> sinks = failure{errc::bad_usage, {}};
    result<std::shared_ptr<web_listeners::prepared_listeners>> places = failure{errc::bad_usage, {}};
    result<std::shared_ptr<heartbeat::target>> beat = failure{errc::bad_usage, {}};
    auto work = [this, &in_force, &wanted, &sinks, &beat, &places] {
        sinks = of_.alerts.prepare(wanted.alerts.sinks);
        beat = of_.beat.prepare(wanted.alerts.heartbeat);
        places = of_.doors.prepare(in_force, wanted);
    };
    co_await of_.aside.run(work);
    if (!sinks)
        co_return sinks.error();
    if (!beat)
        co_return beat.error();
    if (!places)
        co_return places.error();
    const state_place state(in_force);
    auto accounts = co_await of_.accounts.prepare(files, state, of_.aside);
    if (!accounts)
        co_return accounts.error();
    auto out = std::make_unique<ready_parts>(of_);
    out->sinks = std::move(*sinks);
    out->beat = std::move(*beat);
    out->places = std::move(*places);
    out->accounts = std::move(*accounts);
    std::unique_ptr<reload_transaction> ready = std::move(out);
    co_return std::move(ready);
}

}  // namespace trunkwarden
