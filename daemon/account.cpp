#include "account.hpp"

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
    const auto keys = std::ranges::find(types, "api_keys", &resource_type::name);
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
        one.accepted_blind = std::ranges::find(settings.accepted_blind_spots, type.name) !=
                             settings.accepted_blind_spots.end();
        out->seen.push_back(std::move(one));
    }
    out->objects.resize(out->types.size());
    add_lists(*out);
    return out;
}

}  // namespace trunkwarden
