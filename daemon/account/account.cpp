#include "account/account.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "catalogue/plain_path.hpp"

namespace trunkwarden {
namespace {

listing listing_of(const resource_type& type)
{
    return {.path = std::string(type.path),
            .query = std::string(type.query),
            .pages = type.pages,
            .page_size = type.page_size,
            .order = type.order,
            .use = type.use};
}

polled_list make_list(listing from, std::vector<std::size_t> resources, const account_types& types,
                      const fingerprinter& fingerprints)
{
    std::vector<const resource_type*> watched;
    watched.reserve(resources.size());
    for (const auto at : resources)
        watched.push_back(&types[at]);
    page_parser parser(std::move(watched), fingerprints);
    return {std::move(from), std::move(resources), std::move(parser), nullptr, {}, {}, {}, false, {}, 0, {}};
}

// Resources that look at the same list are read together.
std::vector<polled_list> lists_of(const account_types& types, const fingerprinter& fingerprints)
{
    struct shared_list {
        listing from;
        std::vector<std::size_t> resources;
    };
    std::vector<shared_list> shared;
    for (std::size_t at = 0; at < types.size(); ++at) {
        if (types[at].pages == paging::no_endpoint)
            continue;
        const auto from = listing_of(types[at]);
        const auto known = std::ranges::find(shared, from, &shared_list::from);
        if (known != shared.end())
            known->resources.push_back(at);
        else
            shared.push_back({from, {at}});
    }
    std::vector<polled_list> out;
    out.reserve(shared.size());
    for (auto& list : shared)
        out.push_back(make_list(std::move(list.from), std::move(list.resources), types, fingerprints));
    return out;
}

// A key of a list that Telnyx does not document can only be deleted.
void make_undocumented(resource_type& keys)
{
    keys.when_unknown = severity::high;
    keys.contain = {.method = "DELETE",
                    .undo = undoing::impossible,
                    .impact = keys.contain.impact,
                    .protect = keys.contain.protect};
}

// The type of the API keys as they are listed at `path`. It points into `shape`.
resource_type api_keys_at(std::string_view path, const api_keys_shape& shape)
{
    auto out = resource_of(resource_role::api_keys);
    if (path != out.path)
        make_undocumented(out);
    out.path = path;
    out.id = out.address = shape.id;
    out.label = shape.label;
    return out;
}

std::string_view first_api_keys_path(const api_keys_shape& shape)
{
    return shape.path.empty() ? resource_of(resource_role::api_keys).path : std::string_view(shape.path);
}

std::size_t place_of_api_keys()
{
    return static_cast<std::size_t>(&resource_of(resource_role::api_keys) - catalogue.data());
}

bool lists_them_alike(const api_keys_shape& a, const api_keys_shape& b)
{
    return a.path == b.path && a.id == b.id && a.label == b.label;
}

// The type stays in its place, because findings and coverage point at it.
void list_api_keys_at(std::string_view path, account_config& config, account_view& view)
{
    const auto at = place_of_api_keys();
    config.types.change(at, api_keys_at(path, config.settings.api_keys));
    if (auto* list = list_with(view, at); list != nullptr) {
        list->from = listing_of(config.types[at]);
        list->last = nullptr;
        list->evaluated_for_day.reset();
    }
    view.objects[at].clear();
}

// The type of the API keys points into the settings. A reading in another shape says nothing about the
// objects there are.
void take_api_keys_shape(account_config& config, account_view& view, const api_keys_shape& shape,
                         time_point now)
{
    const auto at = place_of_api_keys();
    const bool is_the_same = lists_them_alike(shape, config.settings.api_keys);
    const bool is_second_choice =
        is_the_same && shape.path.empty() && config.types[at].path == undocumented_api_keys;
    config.settings.api_keys = shape;
    const auto path =
        is_second_choice ? undocumented_api_keys : first_api_keys_path(config.settings.api_keys);
    if (is_the_same) {
        config.types.change(at, api_keys_at(path, config.settings.api_keys));
        return;
    }
    list_api_keys_at(path, config, view);
    coverage anew;
    anew.type = &config.types[at];
    anew.accepted_blind = view.coverage[at].accepted_blind;
    anew.watched_since = now;
    view.coverage[at] = std::move(anew);
}

// The reading of an extra resource, which has a list of its own.
struct extra_view {
    coverage covered;
    object_list objects;
    polled_list list;
};

// Takes them out of the view, where they are the last ones.
std::map<const resource_type*, extra_view> take_extra_views(account_view& view)
{
    std::map<const resource_type*, extra_view> out;
    while (view.coverage.size() > catalogue.size()) {
        const auto* const type = view.coverage.back().type;
        out.emplace(type, extra_view{std::move(view.coverage.back()), std::move(view.objects.back()),
                                     std::move(view.lists.back())});
        view.coverage.pop_back();
        view.objects.pop_back();
        view.lists.pop_back();
    }
    return out;
}

void add_extra_view(account& account, std::size_t place)
{
    auto& view = account.view;
    const auto& type = account.config.types[place];
    coverage anew;
    anew.type = &type;
    anew.accepted_blind = accepts_not_to_see(account.config.settings, type.name);
    anew.watched_since = account.io.now();
    view.coverage.push_back(std::move(anew));
    view.objects.emplace_back();
    view.lists.push_back(
        make_list(listing_of(type), {place}, account.config.types, account.memory.fingerprints));
}

// Whether the reading of `after` can show that an object of `before` is gone.
bool lists_the_same_objects(const resource_type& before, const resource_type& after)
{
    return before.path == after.path && before.id == after.id && before.pages == after.pages;
}

void take_blind_spots(account_view& view, const account_settings& settings, time_point now)
{
    for (auto& covered : view.coverage) {
        const bool was_accepted =
            std::exchange(covered.accepted_blind, accepts_not_to_see(settings, covered.type->name));
        const bool is_unread =
            covered.state != reading_state::complete && covered.state != reading_state::never;
        if (was_accepted != covered.accepted_blind && is_unread && covered.failed_with) {
            const failure as_before{*covered.failed_with, covered.reason};
            covered.fail(as_before, now);
        }
    }
}

}  // namespace

void take_settings(account& account, const account_settings& settings, const poll_settings& poll)
{
    const auto now = account.io.now();
    auto& config = account.config;
    if (settings.probe != config.settings.probe)
        account.memory.two_factor_evidence.probe.reset();
    take_blind_spots(account.view, settings, now);
    config.poll = poll;
    take_api_keys_shape(config, account.view, settings.api_keys, now);
    account.memory.secrets.set_dormant_after(settings.api_keys.dormant_after);
    auto& own = config.settings;
    own.api_key = settings.api_key;
    own.baseline_file = settings.baseline_file;
    own.baseline_public_key = settings.baseline_public_key;
    own.api_url = settings.api_url;
    own.ca_file = settings.ca_file;
    own.accepted_blind_spots = settings.accepted_blind_spots;
    own.probe = settings.probe;
    own.managed_account_id = settings.managed_account_id;
    own.connection = settings.connection;
}

std::vector<finding> take_types(account& account, const watched_types& types)
{
    std::vector<finding> out;
    auto& config = account.config;
    if (types == config.settings.types)
        return out;
    auto known = take_extra_views(account.view);
    config.settings.types = types;
    config.types.set_extra(types.extra());
    for (auto place = catalogue.size(); place < config.types.size(); ++place) {
        const auto before = known.find(&config.types[place]);
        if (before == known.end()) {
            add_extra_view(account, place);
            continue;
        }
        auto& [covered, objects, list] = before->second;
        list.resources = {place};
        account.view.coverage.push_back(std::move(covered));
        account.view.objects.push_back(std::move(objects));
        account.view.lists.push_back(std::move(list));
    }
    for (const auto& [type, view] : known) {
        const auto place = place_of_resource(config, type->name);
        if (!place || !lists_the_same_objects(*type, config.types[*place]))
            for (auto& gone : account.memory.findings.take_out(type->name))
                out.push_back(std::move(gone));
    }
    return out;
}

void account_config::set_baseline_error(optional_reason why, time_point since)
{
    if (!baseline_error)
        baseline_error_since = since;
    baseline_error = std::move(why);
}

void account_io::publish(std::vector<finding_event> events) const
{
    if (!events.empty())
        listener->on_events(collapse(std::move(events)));
}

bool account::complete() const
{
    using verdict = organization_check::verdict;
    return std::ranges::all_of(view.coverage, &coverage::satisfied) &&
           (view.organization.is == verdict::not_pinned || view.organization.is == verdict::confirmed);
}

std::optional<std::size_t> place_of_resource(const account_config& config, std::string_view name)
{
    const auto found = std::ranges::find(config.types, name, &resource_type::name);
    if (found == config.types.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - config.types.begin());
}

std::size_t place_of_role(const account_config& config, resource_role role)
{
    return place_of_resource(config, resource_of(role).name).value();
}

polled_list* list_with(account_view& view, std::size_t resource)
{
    const auto found = std::ranges::find_if(view.lists, [resource](const polled_list& list) {
        return std::ranges::find(list.resources, resource) != list.resources.end();
    });
    return found == view.lists.end() ? nullptr : &*found;
}

std::vector<resource_type> types_for(const api_keys_shape& shape)
{
    std::vector<resource_type> types(catalogue.begin(), catalogue.end());
    types[place_of_api_keys()] = api_keys_at(first_api_keys_path(shape), shape);
    return types;
}

void read_api_keys_from(account_config& config, account_view& view, std::string_view path)
{
    list_api_keys_at(path, config, view);
}

// The types stay in their places, because findings and coverage point at them.
void read_list_at(account_config& config, polled_list& list, list_path where)
{
    for (const auto resource : list.resources) {
        const auto& type = catalogue[resource];
        config.types.change(resource, where == list_path::plain ? at_plain_path(type) : type);
    }
    list.from.path = std::string(config.types[list.resources.front()].path);
}

bool lacks_the_product(const account_memory& memory, const polled_list& list, const failure& why)
{
    return why.kind == errc::not_found && list.from.use != product_use::of_every_account &&
           !memory.lists_read.contains(list.from.path) &&
           !memory.lists_read.contains(plain_path(list.from.path));
}

allowed_writes writes_for(const api_keys_shape& shape)
{
    auto types = types_for(shape);
    if (shape.path.empty())
        types.push_back(api_keys_at(undocumented_api_keys, shape));
    for (const auto& type : catalogue)
        if (!plain_path(type.path).empty())
            types.push_back(at_plain_path(type));
    return allowed_writes(types);
}

std::unique_ptr<account> make_account(const account_settings& settings, const poll_settings& poll,
                                      baseline trusted)
{
    auto out = std::make_unique<account>(settings.name);
    auto& config = out->config;
    config.settings = settings;
    config.poll = poll;
    const auto& keys = config.settings.api_keys;
    config.types.change(place_of_api_keys(), api_keys_at(first_api_keys_path(keys), keys));
    config.types.set_extra(settings.types.extra());
    out->memory.secrets.set_dormant_after(settings.api_keys.dormant_after);
    config.baseline = std::move(trusted);
    for (const auto& type : config.types) {
        coverage covered;
        covered.type = &type;
        covered.accepted_blind = accepts_not_to_see(settings, type.name);
        out->view.coverage.push_back(std::move(covered));
    }
    out->view.objects.resize(config.types.size());
    out->view.lists = lists_of(config.types, out->memory.fingerprints);
    return out;
}

}  // namespace trunkwarden
