#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>

#include "containment/thief/thief_world.hpp"

namespace trunkwarden::thief {

namespace json = boost::json;
using quarantine_world::mishap;

namespace {

constexpr std::size_t most_of_his = 24;
constexpr std::size_t most_light = 64;
const simulator::author himself{"thief", "organization_member", true};

// One value or the other of a member.
json::value toggled_value(std::string_view member, unsigned turn)
{
    const auto digit = turn % 2;
    if (member == "ip_address")
        return json::string(fmt::format("192.0.2.{}", 66 + digit));
    if (member == "daily_spend_limit")
        return json::string(fmt::format("{}000.00", 5 + digit));
    if (member == "max_destination_rate")
        return 8.5 + digit;
    if (member.ends_with("url"))
        return json::string(fmt::format("https://hooks.attacker.example/{}", digit));
    if (member == "fqdn")
        return json::string(fmt::format("sip{}.attacker.example", digit));
    return json::string(fmt::format("mine {}", digit));
}

}  // namespace

void thief_world::play(const move& move)
{
    ++moves_made;
    if (move.kind <= move_kind::wait)
        play_of_thief(move);
    else if (move.kind <= move_kind::mode)
        play_of_operators(move);
    else
        play_of_faults(move);
}

void thief_world::play_of_thief(const move& move)
{
    const auto n = move.n;
    const std::string path(lists[n % lists.size()]);
    const auto steps = n / lists.size() + 1;
    switch (move.kind) {
        case move_kind::create:
            return create(new_things[n % new_things.size()]);
        case move_kind::change:
            return change(changed_things[n % changed_things.size()], n / 8);
        case move_kind::toggle:
            return toggle(n);
        case move_kind::poison:
            return poison(n);
        case move_kind::hide:
            hidden_[path] = static_cast<unsigned>(2 * steps);
            return;
        case move_kind::churn:
            churned_[path] = static_cast<unsigned>(steps);
            return;
        case move_kind::flood:
            return flood(n);
        case move_kind::exhaust:
            exhausted_ = 1 + n % 8;
            return;
        case move_kind::rename:
            return rename(n);
        case move_kind::remove:
            return remove(n);
        case move_kind::delete_key:
            without_key_ = 1 + n % 12;
            return;
        case move_kind::come_back:
            return come_back(n);
        case move_kind::poke:
            return poke(n);
        case move_kind::stall:
            return stall(n);
        case move_kind::light_first:
            return light_first(changed_things[n % changed_things.size()], n / 8);
        default:
            now += std::chrono::minutes(n);
    }
}

thief_world::owned* thief_world::his(unsigned n)
{
    return his_.empty() ? nullptr : &his_[n % his_.size()];
}

void thief_world::create(const trick& trick)
{
    if (his_.size() >= most_of_his)
        return;
    const auto made = attack(trick.attack);
    his_.push_back(
        {trick, std::string(made.at("id").as_string()), made.at("object").as_object(), false, true});
    ++things_made;
}

// One of the first two of the list that can be read by their id: nothing can be done about the others, and
// nobody trusts them. Nothing where the thief has enough.
json::object thief_world::victim_of(const trick& trick, unsigned n)
{
    if (his_.size() >= most_of_his)
        return {};
    std::vector<json::object> first;
    for (std::size_t place = 0; place < seeded.size(trick.path) && first.size() < 2; ++place)
        if (auto some = seeded.at(trick.path, place);
            !stalled_.contains(std::string(some.at("id").as_string())))
            first.push_back(std::move(some));
    return first.empty() ? json::object() : first[n % first.size()];
}

void thief_world::change(const trick& trick, unsigned n)
{
    if (const auto victim = victim_of(trick, n); !victim.empty())
        note_change(trick, victim, attack(trick.attack, {{"id", victim.at("id")}}));
}

void thief_world::note_change(const trick& trick, const json::object& victim, const json::object& made)
{
    ++things_made;
    const std::string id(victim.at("id").as_string());
    if (std::ranges::find(his_, id, &owned::id) == his_.end())
        his_.push_back({trick, id, made.at("object").as_object(), false, false, victim});
}

void thief_world::poke(unsigned n)
{
    if (auto* owned = his(n); owned != nullptr && owned->as_was.contains(owned->played.toggled))
        owned->pokes = 3 + n % 16;
}

void thief_world::poke_on()
{
    for (auto& owned : his_) {
        if (owned.pokes == 0)
            continue;
        const bool is_his = owned.pokes-- % 2 == 1;
        const auto& member = owned.played.toggled;
        const auto value = is_his ? toggled_value(member, ++pokes_) : owned.as_was.at(member);
        if (seeded.change(owned.played.path, owned.id, {{member, value}}, himself))
            ++things_made;
    }
}

// Each of them is a critical finding.
void thief_world::stall(unsigned n)
{
    constexpr int many = 60;
    if (n % 4 != 0 || !stalled_.empty())
        return;
    for (int made = 0; made < many; ++made, ++things_made)
        stalled_.emplace(attack("add_texml_application").at("id").as_string());
}

void thief_world::light_first(const trick& trick, unsigned n)
{
    const auto victim = victim_of(trick, n);
    const auto& types = watched->config.types;
    const auto type = std::ranges::find(types, trick.resource, &resource_type::name);
    if (victim.empty() || type == types.end() || type->label.find('.') != std::string_view::npos)
        return;
    seeded.change(trick.path, std::string(victim.at("id").as_string()),
                  {{type->label, json::string(fmt::format("lightly {}", step_))}}, himself);
    ++things_made;
    later_.emplace_back(trick, victim);
}

void thief_world::heavy_next()
{
    for (const auto& [played, victim] : std::exchange(later_, {}))
        if (seeded.find(played.path, std::string(victim.at("id").as_string())))
            note_change(played, victim, attack(played.attack, {{"id", victim.at("id")}}));
}

void thief_world::toggle(unsigned n)
{
    if (auto* owned = his(n); owned != nullptr && !owned->played.toggled.empty())
        owned->flips = !owned->flips;
}

void thief_world::flip()
{
    ++flips_;
    for (const auto& owned : his_)
        if (owned.flips &&
            seeded.change(owned.played.path, owned.id,
                          {{owned.played.toggled, toggled_value(owned.played.toggled, flips_)}}, himself))
            ++things_made;
}

// An item that is not what its list promises.
void thief_world::poison(unsigned n)
{
    const std::string path(lists[n % lists.size()]);
    if (poisoned_.contains(path))
        return;
    const auto made = seeded.create(path,
                                    {{"id", json::string(fmt::format("poison-{}", step_))},
                                     {"name", json::array{1, 2}},
                                     {"tags", json::object{{"not", "a list"}}},
                                     {"ip_address", json::object{{"no", "address"}}},
                                     {"inbound", json::array{json::array{}}}},
                                    himself);
    poisoned_[path] = {std::string(made.at("id").as_string()), 2 + n / 6};
    ++things_made;
}

void thief_world::flood(unsigned n)
{
    for (unsigned made = 0; made < 4 + n % 12 && light_ < most_light; ++made, ++light_, ++things_made)
        attack(floods[n % floods.size()]);
}

void thief_world::rename(unsigned n)
{
    auto* owned = his(n);
    if (owned == nullptr)
        return;
    const auto& types = watched->config.types;
    const auto type = std::ranges::find(types, owned->played.path, &resource_type::path);
    if (type == types.end() || type->label.empty() || type->label.find('.') != std::string_view::npos)
        return;
    constexpr std::array names{"mine", "x\ncredential_connections/1/rotate\tpassword", "\x1b[2J", ""};
    seeded.change(owned->played.path, owned->id, {{type->label, json::string(names[n % names.size()])}},
                  himself);
    ++things_made;
}

void thief_world::remove(unsigned n)
{
    if (auto* owned = his(n); owned != nullptr && owned->is_new)
        seeded.remove(owned->played.path, owned->id, himself);
}

// An object that was switched off is on, one that was removed is made again, one that was put back is changed
// again.
void thief_world::come_back(unsigned n)
{
    auto* owned = his(n);
    if (owned == nullptr)
        return;
    ++things_made;
    const auto there = seeded.find(owned->played.path, owned->id);
    if (!owned->is_new) {
        if (there)
            attack(owned->played.attack, {{"id", owned->id}});
        return;
    }
    if (!there) {
        owned->id = std::string(attack(owned->played.attack).at("id").as_string());
        return;
    }
    json::object changes;
    for (const auto* member : {"active", "enabled", "connection_id"})
        if (const auto* before = owned->as_made.if_contains(member))
            changes[member] = *before;
    seeded.change(owned->played.path, owned->id, changes, himself);
}

void thief_world::play_of_operators(const move& move)
{
    constexpr std::array modes{quarantine_mode::automatic, quarantine_mode::approve,
                               quarantine_mode::automatic, quarantine_mode::dry_run};
    const bool is_late =
        move.n % 2 == 1 && (move.kind == move_kind::freeze || move.kind == move_kind::accept);
    if (is_late) {
        armed_.push_back({move.kind, move.n - 1});
        return;
    }
    switch (move.kind) {
        case move_kind::edit_slowly:
            editing_ = std::max(editing_, 1U);
            return;
        case move_kind::freeze:
            return freeze_or_thaw(true);
        case move_kind::thaw:
            lost_state_ = false;
            return freeze_or_thaw(false);
        case move_kind::approve:
            return approve(move.n);
        case move_kind::accept:
            return accept(move.n);
        case move_kind::undo:
            return undo(move.n);
        default:
            policy.mode = modes[move.n % modes.size()];
    }
}

void thief_world::approve(unsigned n)
{
    std::vector<std::string> ids;
    for (const auto& action : guard->actions())
        if (action.state == action_state::waiting)
            ids.push_back(action.id);
    if (!ids.empty())
        static_cast<void>(guard->approve(ids[n % ids.size()]));
}

void thief_world::undo(unsigned n)
{
    std::vector<action> done;
    for (const auto& action : guard->actions())
        if (action.state == action_state::done && action.undo != undoing::impossible)
            done.push_back(action);
    if (!done.empty())
        take_back(done[n % done.size()]);
}

void thief_world::accept(unsigned n)
{
    std::vector<finding> unknown;
    for (auto& finding : watched->memory.findings.all_open())
        if (finding.deviation.kind == deviation_kind::unknown && !finding.deviation.id.empty())
            unknown.push_back(std::move(finding));
    if (unknown.empty())
        return;
    const auto& deviation = unknown[n % unknown.size()].deviation;
    auto after = watched->config.baseline;
    guard->baseline_replaced(std::make_shared<const baseline>(after));
    const auto list = std::ranges::find(after.resources, deviation.type->name, &entry_list::resource);
    auto entries = list == after.resources.end() ? std::vector<entry>() : list->entries();
    entry pinned;
    pinned.pins = {deviation.id};
    entries.push_back(std::move(pinned));
    if (list == after.resources.end())
        after.resources.emplace_back(*deviation.type, std::move(entries));
    else
        *list = entry_list(*deviation.type, std::move(entries));
    watched->config.baseline = std::move(after);
    judge_anew();
    trust_changed();
}

// The file grows by thirds, each of them saved.
void thief_world::edit_on()
{
    if (editing_ == 0)
        return;
    auto text = whole_baseline_;
    if (editing_ < 3)
        text.erase(text.rfind("\n  - ", text.size() * editing_ / 3) + 1);
    editing_ = editing_ == 3 ? 0 : editing_ + 1;
    if (!parse_baseline(text, "baseline.yml", catalogue).problems.empty())
        return;  // as a reload refuses it
    replace_baseline(text);
    trust_changed();
}

void thief_world::play_of_faults(const move& move)
{
    switch (move.kind) {
        case move_kind::mishap:
            next_mishap_ = static_cast<mishap>(1 + move.n % 8);
            return;
        case move_kind::cut:
            cut_in_ = 1 + move.n % 8;
            return;
        case move_kind::disk_full:
            disk_is_full_ = 1 + move.n % 4;
            on_disk.broken = "the disk is full";
            return;
        case move_kind::restart:
            trust_changed();
            return start();
        default:
            on_disk = {};               // and it begins frozen (state/state_file.hpp)
            written_by_itself.clear();  // the daemon cannot know of it
            removed_.clear();
            lost_state_ = true;
            frozen_ = planted_ != planted::lost_state_acts;
            trust_changed();
            start();
    }
}

}  // namespace trunkwarden::thief
