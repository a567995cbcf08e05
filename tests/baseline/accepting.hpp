#pragma once

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "baseline/edit/edit.hpp"
#include "baseline/sample_types.hpp"

// Findings in short, and the text of a baseline after accepting.

namespace trunkwarden::samples {

using values = std::initializer_list<std::pair<std::string_view, std::string_view>>;

inline constexpr day today{std::chrono::days(20782)};  // 2026-11-25

inline untrusted_object seen(std::string_view resource, std::string_view id, values known)
{
    const auto& about = type(resource);
    untrusted_object out;
    out.id = id;
    out.finding = "f-0123456789ab";
    out.values.resize(about.fields.size());
    for (const auto& [name, value] : known) {
        const auto* const field = std::ranges::find(about.fields, name, &watched_field::name);
        if (field == about.fields.end())
            throw std::invalid_argument("no such field");
        out.values[static_cast<std::size_t>(field - about.fields.begin())] = value;
    }
    return out;
}

// All of its fields are known: those that are not named have no value.
inline untrusted_object whole(std::string_view resource, std::string_view id, values known)
{
    auto out = seen(resource, id, known);
    for (std::size_t at = 0; at < out.values.size(); ++at)
        if (!out.values[at] && type(resource).fields[at].kind != value_kind::secret)
            out.values[at] = "";
    return out;
}

inline untrusted_object gone(std::string_view resource, std::string_view id)
{
    auto out = seen(resource, id, {});
    out.was = untrusted_object::state::gone;
    return out;
}

inline untrusted_object ran_out(std::string_view resource, std::string_view id, values known)
{
    auto out = whole(resource, id, known);
    out.was = untrusted_object::state::expired;
    return out;
}

inline acceptance_terms terms()
{
    return {"new SBC", "dana", std::nullopt, today};
}

inline acceptance accept_in(std::string_view text, std::string_view resource, const untrusted_object& object,
                            const acceptance_terms& acceptance_terms = terms())
{
    return accept(text, types, type(resource), object, acceptance_terms);
}

// The edited text, or why there is none.
inline std::string text_after(std::string_view text, std::string_view resource,
                              const untrusted_object& object,
                              const acceptance_terms& acceptance_terms = terms())
{
    const auto outcome = accept_in(text, resource, object, acceptance_terms);
    return outcome.result == acceptance::outcome::edited    ? outcome.text
           : outcome.result == acceptance::outcome::covered ? "(covered)"
                                                            : "refused: " + outcome.why;
}

// The same with the line ends of Windows.
inline std::string with_crlf(std::string_view text)
{
    std::string out;
    for (const char c : text)
        out += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return out;
}

}  // namespace trunkwarden::samples
