#include "baseline/match.hpp"

#include <algorithm>

#include "baseline/accepts.hpp"

namespace trunkwarden {

bool is_in_force(const entry& some, day today)
{
    return !some.expires || today <= *some.expires;
}

bool describes(const resource_type& type, const entry& some, const object_view& object)
{
    return std::ranges::all_of(some.where, [&type, &object](const constraint& wanted) {
        return accepts(type.fields[wanted.field].kind, wanted, object.field(wanted.field));
    });
}

namespace {

std::vector<std::uint16_t> differing_fields(const resource_type& type, const entry& trusted,
                                            const object_view& object)
{
    std::vector<std::uint16_t> fields;
    for (const auto& wanted : trusted.where)
        if (!accepts(type.fields[wanted.field].kind, wanted, object.field(wanted.field)))
            fields.push_back(wanted.field);
    return fields;
}

judgement judge_by_name(const resource_type& type, const entry_list& trusted, const object_view& object,
                        day today)
{
    judgement verdict;
    for (const auto index : trusted.naming(object.id(), object.address())) {
        const auto& naming = trusted.entries()[index];
        if (!is_in_force(naming, today)) {
            if (verdict.verdict == trust::unknown)
                verdict = {trust::expired, &naming};
            continue;
        }
        auto differing = differing_fields(type, naming, object);
        if (differing.empty())
            return {trust::covered, &naming};
        if (verdict.verdict != trust::differs)
            verdict = {trust::differs, &naming, std::move(differing)};
    }
    return verdict;
}

// The first rules in file order that cover an object: one active, one that ran out.
class first_rules {
public:
    first_rules(const resource_type& type, const entry_list& trusted, const object_view& object, day today)
        : type_(type), trusted_(trusted), object_(object), today_(today)
    {
    }

    void consider(std::uint32_t index)
    {
        const auto& rule = trusted_.entries()[index];
        auto& first = is_in_force(rule, today_) ? in_force_ : expired_;
        if (index < first && describes(type_, rule, object_))
            first = index;
    }

    judgement verdict() const
    {
        if (in_force_ != none)
            return {trust::covered, &trusted_.entries()[in_force_]};
        if (expired_ != none)
            return {trust::expired, &trusted_.entries()[expired_]};
        return {};
    }

private:
    static constexpr std::uint32_t none = UINT32_MAX;
    const resource_type& type_;
    const entry_list& trusted_;
    const object_view& object_;
    day today_;
    std::uint32_t in_force_ = none;
    std::uint32_t expired_ = none;
};

judgement judge_by_rules(const resource_type& type, const entry_list& trusted, const object_view& object,
                         day today)
{
    first_rules first(type, trusted, object, today);
    for (const auto rule : trusted.rules().candidates(object))
        first.consider(rule);
    return first.verdict();
}

}  // namespace

judgement judge(const resource_type& type, const entry_list& trusted, const object_view& object, day today)
{
    auto by_name = judge_by_name(type, trusted, object, today);
    if (by_name.verdict == trust::covered || by_name.verdict == trust::differs)
        return by_name;
    const auto by_rules = judge_by_rules(type, trusted, object, today);
    return by_rules.verdict == trust::covered || by_name.verdict == trust::unknown ? by_rules : by_name;
}

}  // namespace trunkwarden
