#include "findings/coverage_json.hpp"

#include "support/json_view.hpp"

namespace trunkwarden {

boost::json::object to_json(const coverage& coverage)
{
    boost::json::object out;
    out["resource"] = view(coverage.type->name);
    out["state"] = view(json_word_of(coverage.state));
    if (coverage.state == reading_state::complete)
        out["items"] = coverage.items;
    else
        out["items"] = nullptr;
    if (coverage.reason.empty())
        out["reason"] = nullptr;
    else
        out["reason"] = view(coverage.reason);
    boost::json::array not_shown;
    for (const auto field : coverage.not_shown)
        not_shown.emplace_back(view(field));
    out["not_shown"] = std::move(not_shown);
    return out;
}

}  // namespace trunkwarden
