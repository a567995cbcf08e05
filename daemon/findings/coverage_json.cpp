#include "findings/coverage_json.hpp"

#include "support/json_view.hpp"

namespace trunkwarden {

boost::json::object to_json(const coverage& one)
{
    boost::json::object out;
    out["resource"] = view(one.type->name);
    out["state"] = view(json_word_of(one.state));
    if (one.state == reading_state::complete)
        out["items"] = one.items;
    else
        out["items"] = nullptr;
    if (one.reason.empty())
        out["reason"] = nullptr;
    else
        out["reason"] = view(one.reason);
    return out;
}

}  // namespace trunkwarden
