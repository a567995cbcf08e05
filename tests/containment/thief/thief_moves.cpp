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

void thief_world::play(const move& one)
{
    ++moves_made;
    if (one.what <= move_kind::wait)
        play_of_thief(one);
    else if (one.what <= move_kind::mode)
        play_of_operators(one);
    else
        play_of_faults(one);
}

void thief_world::play_of_thief(const move& one)
{
    const auto n = one.n;
    const std::string path(lists[n % lists.size()]);
    const auto steps = n / lists.size() + 1;
    switch (one.what) {
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

void thief_world::create(const trick& how)
{
    if (his_.size() >= most_of_his)
        return;
    const auto made = attack(how.attack);
    his_.push_back({how, std::string(made.at("id").as_string()), made.at("object").as_object(), false, true});
    ++things_made;
}

// Something that the account of the demo has; nothing where the thief has enough.
json::object thief_world::victim_of(const trick& how, unsigned n)
{
    const auto there = seeded.size(how.path);
    if (his_.size() >= most_of_his || there == 0)
        return {};
    return seeded.at(how.path, n % std::min<std::size_t>(there, 2));
}

void thief_world::change(const trick& how, unsigned n)
{
    if (const auto victim = victim_of(how, n); !victim.empty())
        note_change(how, victim, attack(how.attack, {{"id", victim.at("id")}}));
}

void thief_world::note_change(const trick& how, const json::object& victim, const json::object& made)
{
    ++things_made;
    const std::string id(victim.at("id").as_string());
    if (std::ranges::find(his_, id, &owned::id) == his_.end())
        his_.push_back({how, id, made.at("object").as_object(), false, false, victim});
}

void thief_world::poke(unsigned n)
{
    if (auto* one = his(n); one != nullptr && one->as_was.contains(one->how.toggled))
        one->pokes = 3 + n % 16;
}

void thief_world::poke_on()
{
    for (auto& one : his_) {
        if (one.pokes == 0)
            continue;
        const bool is_his = one.pokes-- % 2 == 1;
        const auto& member = one.how.toggled;
        const auto value = is_his ? toggled_value(member, ++pokes_) : one.as_was.at(member);
        if (seeded.change(one.how.path, one.id, {{member, value}}, himself))
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

void thief_world::light_first(const trick& how, unsigned n)
{
    const auto victim = victim_of(how, n);
    const auto& types = watched->config.types;
    const auto type = std::ranges::find(types, how.resource, &resource_type::name);
    if (victim.empty() || type == types.end() || type->label.find('.') != std::string_view::npos)
        return;
    seeded.change(how.path, std::string(victim.at("id").as_string()),
                  {{type->label, json::string(fmt::format("lightly {}", step_))}}, himself);
    ++things_made;
    later_.emplace_back(how, victim);
}

void thief_world::heavy_next()
{
    for (const auto& [how, victim] : std::exchange(later_, {}))
        if (seeded.find(how.path, std::string(victim.at("id").as_string())))
            note_change(how, victim, attack(how.attack, {{"id", victim.at("id")}}));
}

void thief_world::toggle(unsigned n)
{
    if (auto* one = his(n); one != nullptr && !one->how.toggled.empty())
        one->flips = !one->flips;
}

void thief_world::flip()
{
    ++flips_;
    for (const auto& one : his_)
        if (one.flips && seeded.change(one.how.path, one.id,
                                       {{one.how.toggled, toggled_value(one.how.toggled, flips_)}}, himself))
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
    auto* one = his(n);
    if (one == nullptr)
        return;
    const auto& types = watched->config.types;
    const auto type = std::ranges::find(types, one->how.path, &resource_type::path);
    if (type == types.end() || type->label.empty() || type->label.find('.') != std::string_view::npos)
        return;
    constexpr std::array names{"mine", "x\ncredential_connections/1/rotate\tpassword", "\x1b[2J", ""};
    seeded.change(one->how.path, one->id, {{type->label, json::string(names[n % names.size()])}}, himself);
    ++things_made;
}

void thief_world::remove(unsigned n)
{
    if (auto* one = his(n); one != nullptr && one->is_new)
        seeded.remove(one->how.path, one->id, himself);
}

// An object that was switched off is on, one that was removed is made again, one that was put back is changed
// again.
void thief_world::come_back(unsigned n)
{
    auto* one = his(n);
    if (one == nullptr)
        return;
    ++things_made;
    const auto there = seeded.find(one->how.path, one->id);
    if (!one->is_new) {
        if (there)
            attack(one->how.attack, {{"id", one->id}});
        return;
    }
    if (!there) {
        one->id = std::string(attack(one->how.attack).at("id").as_string());
        return;
    }
    json::object changes;
    for (const auto* member : {"active", "enabled", "connection_id"})
        if (const auto* before = one->as_made.if_contains(member))
            changes[member] = *before;
    seeded.change(one->how.path, one->id, changes, himself);
}

void thief_world::play_of_operators(const move& one)
{
    constexpr std::array modes{quarantine_mode::automatic, quarantine_mode::approve,
                               quarantine_mode::automatic, quarantine_mode::dry_run};
    const bool is_late = one.n % 2 == 1 && (one.what == move_kind::freeze || one.what == move_kind::accept);
    if (is_late) {
        armed_.push_back({one.what, one.n - 1});
        return;
    }
    switch (one.what) {
        case move_kind::edit_slowly:
            editing_ = std::max(editing_, 1U);
            return;
        case move_kind::freeze:
            return freeze_or_thaw(true);
        case move_kind::thaw:
            lost_state_ = false;
            return freeze_or_thaw(false);
        case move_kind::approve:
            return approve(one.n);
        case move_kind::accept:
            return accept(one.n);
        case move_kind::undo:
            return undo(one.n);
        default:
            policy.mode = modes[one.n % modes.size()];
    }
}

void thief_world::approve(unsigned n)
{
    std::vector<std::string> ids;
    for (const auto& one : guard->actions())
        if (one.state == action_state::waiting)
            ids.push_back(one.id);
    if (!ids.empty())
        static_cast<void>(guard->approve(ids[n % ids.size()]));
}

void thief_world::undo(unsigned n)
{
    std::vector<action> done;
    for (const auto& one : guard->actions())
        if (one.state == action_state::done && one.undo != undoing::impossible)
            done.push_back(one);
    if (!done.empty())
        take_back(done[n % done.size()]);
}

void thief_world::accept(unsigned n)
{
    std::vector<finding> unknown;
    for (auto& one : watched->memory.findings.all_open())
        if (one.what.kind == deviation_kind::unknown && !one.what.id.empty())
            unknown.push_back(std::move(one));
    if (unknown.empty())
        return;
    const auto& what = unknown[n % unknown.size()].what;
    auto after = watched->config.baseline;
    guard->baseline_replaced(std::make_shared<const baseline>(after));
    const auto list = std::ranges::find(after.resources, what.type->name, &entry_list::resource);
    auto entries = list == after.resources.end() ? std::vector<entry>() : list->entries();
    entry pinned;
    pinned.pins = {what.id};
    entries.push_back(std::move(pinned));
    if (list == after.resources.end())
        after.resources.emplace_back(*what.type, std::move(entries));
    else
        *list = entry_list(*what.type, std::move(entries));
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

void thief_world::play_of_faults(const move& one)
{
    switch (one.what) {
        case move_kind::mishap:
            next_mishap_ = static_cast<mishap>(1 + one.n % 8);
            return;
        case move_kind::cut:
            cut_in_ = 1 + one.n % 8;
            return;
        case move_kind::disk_full:
            disk_is_full_ = 1 + one.n % 4;
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
