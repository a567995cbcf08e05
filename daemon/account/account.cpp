#include "account/account.hpp"

#include <algorithm>
#include <utility>

#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

listing listing_of(const resource_type& type)
{
    return {.path = std::string(type.path),
            .query = std::string(type.query),
            .pages = type.pages,
            .page_size = type.page_size,
            .order = type.order};
}

// Resources that look at the same list are read together.
void add_lists(account& to)
{
    struct shared_list {
        listing from;
        std::vector<std::size_t> watchers;
    };
    std::vector<shared_list> lists;
    for (std::size_t at = 0; at < to.types.size(); ++at) {
        if (to.types[at].pages == paging::no_endpoint)
            continue;
        const auto from = listing_of(to.types[at]);
        const auto known = std::ranges::find(lists, from, &shared_list::from);
        if (known != lists.end())
            known->watchers.push_back(at);
        else
            lists.push_back({from, {at}});
    }
    for (auto& list : lists) {
        std::vector<const resource_type*> watched;
        for (const auto at : list.watchers)
            watched.push_back(&to.types[at]);
        page_parser parser(std::move(watched), to.fingerprints);
        to.lists.push_back(
            {std::move(list.from), std::move(list.watchers), std::move(parser), nullptr, {}, {}});
    }
}

}  // namespace

namespace {

// The type of the API keys looks into the settings, and findings and coverage point at it: it stays in its
// place. What was read in another shape says nothing about what is there.
void take_api_keys_shape(account& watched, const api_keys_shape& shape)
{
    const bool is_another = shape != watched.settings.api_keys;
    watched.settings.api_keys = shape;
    const auto fresh = types_for(watched.settings.api_keys);
    const auto at = static_cast<std::size_t>(
        std::ranges::find(watched.types, resource_role::api_keys, &resource_type::role) -
        watched.types.begin());
    watched.types[at] = fresh[at];
    if (!is_another)
        return;
    for (auto& list : watched.lists)
        if (std::ranges::find(list.watchers, at) != list.watchers.end()) {
            list.from = listing_of(watched.types[at]);
            list.last = nullptr;
            list.judged_on.reset();
        }
    watched.objects[at].clear();
    coverage anew;
    anew.type = &watched.types[at];
    anew.accepted_blind = watched.seen[at].accepted_blind;
    anew.watched_since = watched.now();
    watched.seen[at] = std::move(anew);
}

bool accepts_not_to_see(const account_settings& settings, std::string_view resource)
{
    return std::ranges::find(settings.accepted_blind_spots, resource) != settings.accepted_blind_spots.end();
}

void take_blind_spots(account& watched, const account_settings& settings)
{
    for (auto& one : watched.seen) {
        const bool was_accepted =
            std::exchange(one.accepted_blind, accepts_not_to_see(settings, one.type->name));
        const bool is_unread = one.state != reading_state::complete && one.state != reading_state::never;
        if (was_accepted != one.accepted_blind && is_unread && one.failed_with) {
            const failure as_before{*one.failed_with, one.reason};
            one.fail(as_before, watched.now());
        }
    }
}

}  // namespace

void take_settings(account& watched, const account_settings& settings, const poll_settings& poll)
{
    if (settings.probe != watched.settings.probe)
        watched.signs.probe.reset();
    take_blind_spots(watched, settings);
    watched.poll = poll;
    take_api_keys_shape(watched, settings.api_keys);
    auto& own = watched.settings;
    own.api_key = settings.api_key;
    own.baseline_file = settings.baseline_file;
    own.baseline_public_key = settings.baseline_public_key;
    own.api_url = settings.api_url;
    own.ca_file = settings.ca_file;
    own.accepted_blind_spots = settings.accepted_blind_spots;
    own.probe = settings.probe;
}

void account::note_distrust(std::string why, time_point since)
{
    if (distrust.empty())
        distrusted_since = since;
    distrust = std::move(why);
}

bool account::complete() const
{
    return std::ranges::all_of(seen, &coverage::satisfied) &&
           (organization.is == organization_check::verdict::not_pinned ||
            organization.is == organization_check::verdict::confirmed);
}

std::vector<resource_type> types_for(const api_keys_shape& shape)
{
    std::vector<resource_type> types(catalogue.begin(), catalogue.end());
    const auto keys = std::ranges::find(types, resource_role::api_keys, &resource_type::role);
    keys->path = shape.path;
    keys->id = keys->address = shape.id;
    keys->label = shape.label;
    return types;
}

std::unique_ptr<account> make_account(const account_settings& settings, const poll_settings& poll,
                                      baseline trusted)
{
    auto out = std::make_unique<account>(settings.name);
    out->settings = settings;
    out->poll = poll;
    out->types = types_for(out->settings.api_keys);
    out->trusted = std::move(trusted);
    for (const auto& type : out->types) {
        coverage one;
        one.type = &type;
        one.accepted_blind = accepts_not_to_see(settings, type.name);
        out->seen.push_back(std::move(one));
    }
    out->objects.resize(out->types.size());
    add_lists(*out);
    return out;
}

}  // namespace trunkwarden
