#include "findings/finding_state.hpp"

#include <fmt/format.h>
#include <optional>

#include "catalogue/names.hpp"

namespace trunkwarden {
namespace {

constexpr std::size_t digits = 4;

// Each text with its length, so that no two lists of texts make the same message.
void add(std::string& to, std::string_view text)
{
    to += fmt::format("{}:{};", text.size(), text);
}

void add(std::string& to, const std::optional<std::string>& text)
{
    if (text)
        add(to, std::string_view(*text));
    else
        to += "-;";
}

std::string message_of(const finding& f)
{
    std::string out;
    const auto& deviation = f.deviation;
    for (const std::string_view text :
         {std::string_view(f.id), std::string_view(deviation.type->name), std::string_view(deviation.id),
          std::string_view(deviation.address), std::string_view(deviation.label), name_of(deviation.kind),
          name_of(deviation.level), std::string_view(deviation.note)})
        add(out, text);
    for (const auto& field : deviation.fields) {
        add(out, std::string_view(field.field));
        add(out, field.expected);
        add(out, field.actual);
        add(out, field.canonical_value);
        add(out, std::string_view(field.fingerprint));
    }
    return out;
}

}  // namespace

std::string state_of(const finding& f, const fingerprinter& key)
{
    // Places of secrets have no space, so no fingerprint of a secret is made from the same text.
    constexpr std::string_view place = "state of a finding";
    constexpr std::string_view prefix = "hmac:";
    return key.fingerprint(place, message_of(f)).substr(prefix.size(), digits);
}

std::string id_with_state(std::string_view id, std::string_view state)
{
    return state.empty() ? std::string(id) : fmt::format("{}.{}", id, state);
}

std::string id_with_state(const finding& f)
{
    return id_with_state(f.id, f.state);
}

bool is_state(std::string_view text)
{
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

failure in_another_state(const finding& f, std::string_view named)
{
    return bad_usage(
        "{} is in state {} by now, not in state {}: its object changed after you looked; look at it again "
        "(\"trunkwarden findings\" or the status page), then name {}",
        f.id, f.state.empty() ? "(not known)" : f.state, named, id_with_state(f));
}

}  // namespace trunkwarden
