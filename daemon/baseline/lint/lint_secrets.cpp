#include "baseline/lint/lint_parts.hpp"
#include "snapshot/hidden_secrets.hpp"

namespace trunkwarden {

void lint_secrets(const resource_type& type, const entry_list& trusted, const object_list& live,
                  std::vector<lint_issue>& to)
{
    const auto hidden = hidden_secrets(type, live);
    if (trusted.entries().empty() || hidden.empty())
        return;
    to.push_back(
        {trusted.entries().front().line, type.name, lint_issue_kind::not_shown, words_for_hidden(hidden)});
}

}  // namespace trunkwarden
