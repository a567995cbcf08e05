#include "catalogue/catalogue.hpp"

#include <algorithm>
#include <array>

#include "catalogue/extra_resource.hpp"

namespace trunkwarden {
namespace {

// In the order in which people read them: trunks, their users, numbers, people, money.
constexpr std::array table{
// clang-format off
#include "catalogue/connections.inc"
#include "catalogue/use.inc"
#include "catalogue/applications.inc"
#include "catalogue/numbers.inc"
#include "catalogue/people.inc"
#include "catalogue/money.inc"
    // clang-format on
};

constexpr bool names_are_unique()
{
    for (auto a = table.begin(); a != table.end(); ++a)
        for (auto b = a + 1; b != table.end(); ++b)
            if (a->name == b->name)
                return false;
    return true;
}

constexpr bool each_role_is_played_once()
{
    for (std::size_t at = 1; at < enumerators_of<resource_role>(); ++at)
        if (std::ranges::count(table, static_cast<resource_role>(at), &resource_type::role) != 1)
            return false;
    return true;
}

constexpr bool field_names_are_unique(const resource_type& type)
{
    for (std::size_t a = 0; a < type.fields.size(); ++a)
        for (std::size_t b = a + 1; b < type.fields.size(); ++b)
            if (type.fields[a].name == type.fields[b].name)
                return false;
    return true;
}

constexpr bool is_watched(const resource_type& type, std::string_view name)
{
    return std::any_of(type.fields.begin(), type.fields.end(),
                       [name](const watched_field& field) { return field.name == name; });
}

// One segment of the path is {id}, and others may be watched fields; where there is only one object, its path
// is enough.
constexpr bool names_one_object(const resource_type& type, std::string_view path)
{
    if (type.pages == paging::one_object)
        return path == type.path;
    std::size_t ids = 0;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
        const auto close = path.find('}', open);
        if (open == 0 || path[open - 1] != '/' || close == std::string_view::npos ||
            (close + 1 < path.size() && path[close + 1] != '/'))
            return false;
        const auto name = path.substr(open + 1, close - open - 1);
        if (name == "id")
            ++ids;
        else if (!is_watched(type, name))
            return false;
    }
    return ids == 1;
}

// As names_one_object; a path that is left out is that of one object of the list
// (catalogue/allowed_writes.hpp).
constexpr bool writes_to_one_object(const resource_type& type, std::string_view path)
{
    if (path.empty())
        return type.pages != paging::one_object && type.pages != paging::answers &&
               type.path.starts_with('/');
    return names_one_object(type, path);
}

// The inverse request is about the same object, or makes it again in the list that it was taken from.
constexpr bool undo_is_there(const resource_type& type)
{
    switch (type.contain.undo) {
        case undoing::exact:
            return !type.contain.undo_method.empty() && writes_to_one_object(type, type.contain.undo_path);
        case undoing::new_identity:
            return type.contain.undo_method == "POST" && type.contain.undo_path == type.path &&
                   !type.contain.echo.empty();
        default:
            return type.contain.undo_method.empty() && type.contain.undo_path.empty();
    }
}

constexpr bool containment_names_one_object(const resource_type& type)
{
    return !type.contain.possible() || (writes_to_one_object(type, type.contain.path) && undo_is_there(type));
}

constexpr bool restoration_names_one_object(const resource_type& type)
{
    const auto& restore = type.restore;
    return !restore.possible() ||
           (writes_to_one_object(type, restore.path) &&
            (restore.other_path.empty() || writes_to_one_object(type, restore.other_path)));
}

constexpr bool rotation_names_one_secret(const resource_type& type)
{
    return !type.rotate.possible() ||
           (writes_to_one_object(type, type.rotate.path) && !type.rotate.impact.empty() &&
            std::any_of(type.fields.begin(), type.fields.end(), [&type](const watched_field& field) {
                return field.kind == value_kind::secret && field.path == type.rotate.secret;
            }));
}

constexpr bool has_its_place_in_the_playbook(const resource_type& type)
{
    return (type.contain.possible() || type.restore.possible()) == (type.step != playbook::none);
}

constexpr bool says_what_it_does_not_write(const resource_type& type)
{
    const auto known = [&type](std::string_view name) { return is_watched(type, name); };
    const auto has_some = [&type](std::string_view name) {
        return std::any_of(type.fields.begin(), type.fields.end(), [name](const watched_field& field) {
            return names_field_or_group(name, field.name);
        });
    };
    return std::all_of(type.restore.not_taken.begin(), type.restore.not_taken.end(), has_some) &&
           std::all_of(type.restore.other_fields.begin(), type.restore.other_fields.end(), known) &&
           type.restore.other_fields.empty() == type.restore.other_path.empty();
}

constexpr bool silence_is_dated(const resource_type& type)
{
    const auto& silence = type.silence;
    return !silence.possible() ||
           (is_watched(type, silence.since) && is_watched(type, silence.while_shown.path) &&
            silence.earliest.count() > 0 && silence.earliest <= silence.latest);
}

constexpr bool code_is_of_one_object(const resource_type& type)
{
    const auto& code = type.contain.names_code;
    return !code.possible() || (names_one_object(type, code.path) && !code.member.empty());
}

constexpr bool must_show_what_is_watched(const resource_type& type)
{
    return std::all_of(type.must_show.begin(), type.must_show.end(),
                       [&type](std::string_view name) { return is_watched(type, name); });
}

// A request without a body that is taken back shows in the state only.
constexpr bool shows_that_it_is_contained(const resource_type& type)
{
    const auto& state = type.contain.expected_state;
    return state.path.empty() || is_watched(type, state.path);
}

// The objects that go off with another are known by their state, and a request that names one switches it on.
constexpr bool brings_back_what_it_takes_along(const resource_type& type)
{
    const auto& name = type.contain.takes_along;
    return name.empty() || std::any_of(table.begin(), table.end(), [&](const resource_type& part) {
               return part.name == name && part.contain.undo == undoing::exact &&
                      !part.contain.expected_state.path.empty() &&
                      part.asks_about.begin() != part.asks_about.end() &&
                      part.asks_about.begin()->resource == type.name &&
                      !part.asks_about.begin()->listed_under.empty();
           });
}

constexpr bool watches_something(const resource_type& type)
{
    return type.pages == paging::no_endpoint || (type.path.starts_with('/') && !type.fields.empty());
}

constexpr bool says_what_it_guards(const resource_type& type)
{
    return !type.noun.empty() && type.guards.ends_with('.') && type.attack.starts_with('T');
}

constexpr bool page_size_is_one_the_api_takes(const resource_type& type)
{
    return type.page_size >= 1 && type.page_size <= 250;
}

constexpr bool no_secret_names_an_object(const resource_type& type)
{
    return std::none_of(type.fields.begin(), type.fields.end(), [&type](const watched_field& field) {
        return field.kind == value_kind::secret &&
               (field.path == type.label || field.path == type.id ||
                std::find(type.other_labels.begin(), type.other_labels.end(), field.path) !=
                    type.other_labels.end());
    });
}

constexpr bool one_object_has_a_path(const resource_type& type)
{
    return type.object_path.empty() || type.object_path == only_in_list ||
           (type.object_path.starts_with('/') && names_one_object(type, type.object_path));
}

constexpr bool asks_about_objects_before_it(const resource_type& type)
{
    const auto is_before = [&type](const asked_about& asked) {
        const auto* const about =
            std::find_if(table.begin(), table.end(),
                         [&asked](const resource_type& other) { return other.name == asked.resource; });
        const auto* const self =
            std::find_if(table.begin(), table.end(),
                         [&type](const resource_type& other) { return other.name == type.name; });
        return about < self && asked.target.find("{}") != std::string_view::npos &&
               (asked.with.empty() || is_watched(*about, asked.with)) &&
               (asked.listed_under.empty() || is_watched(type, asked.listed_under));
    };
    return (type.pages == paging::answers) == !type.asks_about.empty() &&
           (type.asks_about.empty() || type.object_path == only_in_list) &&
           std::all_of(type.asks_about.begin(), type.asks_about.end(), is_before);
}

// An object that carries a use is switched off, and on again as it was.
constexpr bool is_carried_by_what_can_be_switched(const resource_type& type)
{
    return std::all_of(type.carried_by.begin(), type.carried_by.end(), [&type](const carrier& way) {
        const auto* const found =
            std::find_if(table.begin(), table.end(),
                         [&way](const resource_type& other) { return other.name == way.resource; });
        return found != table.end() && found->contain.undo == undoing::exact &&
               (way.named_by.empty() || type.pages == paging::no_endpoint || is_watched(type, way.named_by));
    });
}

constexpr bool parts_are_told_by_watched_fields(const resource_type& type)
{
    return std::all_of(
        type.parts_counted.begin(), type.parts_counted.end(), [&type](const counted_apart& part) {
            return !type.record_type.empty() && !part.counted_as.empty() && is_watched(type, part.field);
        });
}

constexpr bool every(bool (*holds)(const resource_type&))
{
    return std::all_of(table.begin(), table.end(), holds);
}

static_assert(names_are_unique(), "two catalogue entries share a name");
static_assert(each_role_is_played_once(), "exactly one entry has each role");
static_assert(every(field_names_are_unique), "an entry names a field twice");
static_assert(every(containment_names_one_object),
              "a containment acts on one object and says how it is undone");
static_assert(every(restoration_names_one_object), "a restoration writes to one object");
static_assert(every(rotation_names_one_secret), "a rotation gives one object a new secret that is watched");
static_assert(every(has_its_place_in_the_playbook), "a resource with an action has a step of the playbook");
static_assert(every(says_what_it_does_not_write), "a restoration names watched fields");
static_assert(every(silence_is_dated), "silent changes are dated by watched fields");
static_assert(every(code_is_of_one_object), "offered codes are those of one object");
static_assert(every(must_show_what_is_watched), "a field that every object must show is watched");
static_assert(every(shows_that_it_is_contained), "the state of a contained object is watched");
static_assert(every(brings_back_what_it_takes_along),
              "a field that goes off with an object can be switched on again");
static_assert(every(watches_something), "an entry needs a path and a watched field");
static_assert(every(says_what_it_guards), "an entry needs a noun, a sentence and an ATT&CK technique");
static_assert(every(page_size_is_one_the_api_takes), "page sizes are 1 to 250");
static_assert(every(one_object_has_a_path), "an object_path is \"\", only_in_list, or holds {id}");
static_assert(every(asks_about_objects_before_it), "answers are about watched objects of an earlier entry");
static_assert(every(is_carried_by_what_can_be_switched),
              "an object that carries a use can be switched off and on");
static_assert(every(parts_are_told_by_watched_fields),
              "parts that are counted apart show in a watched field");
static_assert(every(no_secret_names_an_object), "a secret must not be an id or a label: those are printed");

}  // namespace

const std::span<const resource_type> catalogue{table};

const resource_type* find_resource(std::string_view name)
{
    const auto* found = std::ranges::find(table, name, &resource_type::name);
    return found == table.end() ? find_extra_resource(name) : found;
}

const resource_type& resource_of(resource_role role)
{
    return *std::ranges::find(table, role, &resource_type::role);
}

}  // namespace trunkwarden
