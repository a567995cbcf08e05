#include "watch/secret_acceptance.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "findings/finding_state.hpp"
#include "support/parse_time.hpp"

namespace trunkwarden {
namespace {

const finding* find(const ledger& findings, std::string_view id)
{
    for (const auto& [resource, open] : findings.open())
        if (const auto at = open.find(id); at != open.end())
            return &at->second;
    return nullptr;
}

// For an untrusted object there is no accepted secret to compare with.
bool is_about_a_change(const deviation& deviation)
{
    return deviation.kind == deviation_kind::changed || deviation.kind == deviation_kind::weakened ||
           deviation.kind == deviation_kind::recreated;
}

// Whether it was about the use of a key, which is accepted then.
bool accept_use(accepted_secrets& secrets, const deviation& deviation, const field_difference& differs)
{
    if (differs.field == use_without_owner) {
        secrets.accept_use_without_owner(*deviation.type, deviation.id);
        return true;
    }
    const bool is_a_use = !deviation.type->last_used.empty() && differs.field == deviation.type->last_used;
    const auto used_at = is_a_use && differs.actual ? parse_time(*differs.actual) : std::nullopt;
    if (used_at)
        secrets.accept_use(*deviation.type, deviation.id, *used_at);
    return used_at.has_value();
}

}  // namespace

result<finding> accept_changed_secrets(account_memory& memory, std::string_view id, std::string_view state)
{
    const auto* const found = find(memory.findings, id);
    if (found == nullptr)
        return failure{errc::not_found,
                       fmt::format("there is no open finding {}; \"trunkwarden findings\" lists them", id)};
    if (state != found->state)
        return in_another_state(*found, state);
    const auto& deviation = found->deviation;
    bool accepted = false;
    for (const auto& differs : deviation.fields) {
        accepted = accept_use(memory.secrets, deviation, differs) || accepted;
        const auto* const field =
            std::ranges::find(deviation.type->fields, differs.field, &watched_field::name);
        if (field == deviation.type->fields.end() || field->kind != value_kind::secret ||
            !is_about_a_change(deviation))
            continue;
        memory.secrets.accept(*deviation.type, deviation.id, field->name, differs.fingerprint,
                              deviation.modified_at);
        accepted = true;
    }
    if (!accepted)
        return failure{errc::bad_usage,
                       fmt::format("{} is not about a secret that changed: accept it in the baseline", id)};
    return *found;
}

}  // namespace trunkwarden
