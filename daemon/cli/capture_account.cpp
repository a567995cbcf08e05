#include "cli/capture_account.hpp"

#include <boost/asio/io_context.hpp>

#include <fmt/format.h>

#include "account/cross_reference.hpp"
#include "catalogue/catalogue.hpp"
#include "cli/connected_accounts.hpp"
#include "cli/geoip_lists.hpp"
#include "cli/reading_progress.hpp"
#include "snapshot/field_of.hpp"
#include "support/async/run_to_end.hpp"
#include "support/plural.hpp"
#include "watch/organization_check.hpp"
#include "watch/sweep.hpp"

namespace trunkwarden {
namespace {

task<std::string> read_account(account& watched)
{
    auto whose = co_await owner_of_key(*watched.io.api);
    co_await observe_account_by_count(watched);
    co_return std::move(whose.organization);
}

std::vector<std::string_view> not_read(const account_view& view)
{
    std::vector<std::string_view> out;
    for (const auto& coverage : view.coverage)
        if (coverage.accepted_blind && coverage.state != reading_state::complete)
            out.push_back(coverage.type->name);
    return out;
}

// An id as other objects write it: alone, or as "connection:ID".
std::string name_of(const object_names& names, std::string_view id)
{
    auto found = names.find(std::string(id));
    if (found == names.end())
        found = names.find(std::string(id.substr(id.rfind(':') + 1)));
    return found == names.end() ? std::string{} : found->second;
}

}  // namespace

result<std::string> read_whole_account(account& watched, secret key)
{
    asio::io_context io(1);
    reading_progress progress(watched.view.lists.size());
    connected_accounts connections;
    if (const auto connected = connections.connect(watched, std::move(key), progress); !connected)
        return connected.error();
    auto organization = run_to_end(io, read_account(watched));
    progress.done();
    return organization;
}

bool has_to_be_read(const resource_type& type)
{
    return type.pages != paging::no_endpoint && !type.judged_if_written;
}

std::vector<const coverage*> holes_in(const account_view& view)
{
    std::vector<const coverage*> out;
    for (const auto& coverage : view.coverage)
        if (has_to_be_read(*coverage.type) && !coverage.satisfied())
            out.push_back(&coverage);
    return out;
}

namespace {

// The automatic recharge of the account, which says how often a day it may be topped up.
std::optional<amount> recharge_by(const account_config& config, const account_view& view)
{
    std::optional<amount> out;
    const auto& type = resource_of(resource_role::auto_recharge);
    if (const auto place = place_of_resource(config, type.name))
        for_each(view.objects[*place], [&](const object_view& preferences) {
            if (field_of(type, preferences, "enabled") == "true")
                out = parse_amount(field_of(type, preferences, "recharge_amount"));
        });
    return out;
}

proposed_use propose(const account& watched, use_read read)
{
    read.seen.recharge_by = recharge_by(watched.config, watched.view);
    auto out = propose_use(read.seen);
    for (auto& why : read.not_read)
        out.not_proposed.push_back(std::move(why));
    return out;
}

}  // namespace

result<captured_baseline> capture_account(const account& watched, capture_setting with)
{
    const auto names = every_name_in(watched.view);
    const auto types = watched.config.types.all();
    const auto origins = countries_of(addresses_in(types, watched.view.objects));
    return capture({.account = watched.config.settings.name,
                    .organization_id = std::move(with.organization_id),
                    .command = std::move(with.command),
                    .on = std::chrono::floor<std::chrono::days>(watched.io.now()),
                    .types = types,
                    .objects = watched.view.objects,
                    .not_read = not_read(watched.view),
                    .two_factor = with.two_factor,
                    .spending = with.spending,
                    .traffic = with.traffic,
                    .active_calls = with.active_calls,
                    .proposed = propose(watched, std::move(with.use)),
                    .name_of = [&names](std::string_view id) { return name_of(names, id); },
                    .countries = origins.countries,
                    .countries_not_known = origins.not_known});
}

std::string extent_of(const captured_baseline& written)
{
    std::size_t objects = 0;
    for (const auto& counted : written.objects)
        objects += counted.objects;
    return fmt::format("{} for {} of {}",
                       written.entries == 1 ? "1 entry" : fmt::format("{} entries", written.entries),
                       plural(objects, "object"), plural(written.objects.size(), "resource"));
}

}  // namespace trunkwarden
