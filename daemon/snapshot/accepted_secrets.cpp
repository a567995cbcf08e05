#include "snapshot/accepted_secrets.hpp"

#include <fmt/format.h>
#include <unordered_set>
#include <vector>

#include "snapshot/fingerprint.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

std::string place(std::string_view resource, std::string_view id, std::string_view field)
{
    return fmt::format("{}/{}/{}", resource, id, field);
}

std::string place(const resource_type& type, const object_view& object, std::size_t field)
{
    return place(type.name, object.id(), type.fields[field].name);
}

// Of a place with this prefix, "resource/".
std::string_view id_in(std::string_view place, std::string_view prefix)
{
    return place.substr(prefix.size(), place.rfind('/') - prefix.size());
}

constexpr char date_mark = '@';

// Of the value of a place. Earlier versions kept no date.
struct accepted_value {
    std::string_view fingerprint;
    std::string_view date;  // "" when it is not known
};

accepted_value parts_of(std::string_view value)
{
    const auto mark = value.find(date_mark);
    if (mark == std::string_view::npos)
        return {value, {}};
    return {value.substr(0, mark), value.substr(mark + 1)};
}

// A reading may show an object as it was before a change that is known already; nobody can date one back.
bool is_as_old(std::string_view date, std::string_view known)
{
    const auto at = parse_time(date);
    const auto known_at = parse_time(known);
    return date == known || (at && known_at && *at <= *known_at);
}

std::string dated(std::string_view fingerprint, std::string_view date)
{
    return fmt::format("{}{}{}", fingerprint, date_mark, date);
}

bool is_secret(const resource_type& type, std::size_t field)
{
    return type.fields[field].kind == value_kind::secret;
}

}  // namespace

std::string dated_fingerprint(const object_view& object, std::size_t field)
{
    return dated(object.field(field), object.modified_at());
}

void accepted_secrets::restore(by_place accepted, unseen_by_place unseen)
{
    most_ = std::make_shared<by_place>(std::move(accepted));
    meanwhile_.clear();
    unseen_ = std::move(unseen);
}

const std::string* accepted_secrets::accepted(const std::string& where) const
{
    if (const auto known = meanwhile_.find(where); known != meanwhile_.end())
        return &known->second;
    const auto known = most_->find(where);
    return known == most_->end() ? nullptr : &known->second;
}

void accepted_secrets::keep(const std::string& where, std::string_view fingerprint)
{
    new_.insert_or_assign(where, std::string(fingerprint));
    forgotten_.erase(where);
    auto& into = put_together() ? *most_ : meanwhile_;
    into.insert_or_assign(where, std::string(fingerprint));
}

bool accepted_secrets::put_together()
{
    if (most_.use_count() > 1)
        return false;
    for (auto& [place, known] : std::exchange(meanwhile_, {}))
        most_->insert_or_assign(place, std::move(known));
    return true;
}

void accepted_secrets::forget(const std::string& where)
{
    most_->erase(where);
    new_.erase(where);
    unseen_.erase(where);
    new_unseen_.erase(where);
    forgotten_.insert(where);
}

void accepted_secrets::see_all(const resource_type& type, const object_list& objects, time_point now)
{
    if (!put_together())
        return;  // the next reading does it
    const auto prefix = std::string(type.name) + '/';
    auto at = most_->lower_bound(prefix);
    if (at == most_->end() || !at->first.starts_with(prefix))
        return;
    std::unordered_set<std::string_view> there;
    for_each(objects, [&there](const object_view& object) { there.insert(object.id()); });
    std::vector<std::string> over;
    for (; at != most_->end() && at->first.starts_with(prefix); ++at) {
        const auto& where = at->first;
        if (there.contains(id_in(where, prefix))) {
            if (unseen_.erase(where) > 0)
                new_unseen_.insert_or_assign(where, std::nullopt);
            continue;
        }
        const auto [since, is_news] = unseen_.try_emplace(where, now);
        if (is_news)
            new_unseen_.insert_or_assign(where, now);
        else if (now - since->second > kept_unseen)
            over.push_back(where);
    }
    for (const auto& where : over)
        forget(where);
}

bool accepted_secrets::changed(const resource_type& type, const object_view& object, std::size_t field) const
{
    const auto* value = accepted(place(type, object, field));
    if (value == nullptr)
        return false;
    const auto known = parts_of(*value);
    const auto seen = object.field(field);
    if (seen != not_shown && known.fingerprint != not_shown)
        return seen != known.fingerprint;
    return !known.date.empty() && !is_as_old(object.modified_at(), known.date);
}

bool accepted_secrets::was_shown(const resource_type& type, const object_view& object,
                                 std::size_t field) const
{
    const auto* value = accepted(place(type, object, field));
    return value != nullptr && parts_of(*value).fingerprint != not_shown;
}

// The date of a secret that is not shown, or cannot be recognised as the accepted one, stays: a later one is
// a change that nobody accepted yet.
void accepted_secrets::remember(const resource_type& type, const object_view& object)
{
    for (std::size_t field = 0; field < type.fields.size(); ++field) {
        if (!is_secret(type, field))
            continue;
        const auto where = place(type, object, field);
        const auto* value = accepted(where);
        const bool is_not_shown = object.field(field) == not_shown;
        const bool lacks_a_date = value != nullptr && is_not_shown && parts_of(*value).date.empty();
        auto next = dated_fingerprint(object, field);
        if (lacks_a_date)
            next = dated(parts_of(*value).fingerprint, object.modified_at());
        const bool is_accepted =
            value == nullptr || lacks_a_date || (!is_not_shown && !changed(type, object, field));
        if (is_accepted && (value == nullptr || *value != next))
            keep(where, next);
    }
}

void accepted_secrets::note_own_write(const resource_type& type, const object_view& before,
                                      std::string_view written_at)
{
    note_own_write(type, before, before.modified_at(), written_at);
}

void accepted_secrets::note_own_write(const resource_type& type, const object_view& shown,
                                      std::string_view date_before, std::string_view written_at)
{
    for (std::size_t field = 0; field < type.fields.size(); ++field) {
        if (!is_secret(type, field) || shown.field(field) != not_shown || written_at.empty())
            continue;
        const auto where = place(type, shown, field);
        const auto* value = accepted(where);
        if (value == nullptr || parts_of(*value).date != date_before)
            continue;
        keep(where, dated(parts_of(*value).fingerprint, written_at));
    }
}

void accepted_secrets::accept(const resource_type& type, std::string_view id, std::string_view field,
                              std::string_view fingerprint, std::string_view date)
{
    const bool is_dated = date.empty() || fingerprint.find(date_mark) != std::string_view::npos;
    keep(place(type.name, id, field), is_dated ? std::string(fingerprint) : dated(fingerprint, date));
}

}  // namespace trunkwarden
