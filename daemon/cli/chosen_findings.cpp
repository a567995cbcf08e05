#include "cli/chosen_findings.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "cli/finding_filter.hpp"
#include "cli/id_lookup.hpp"
#include "support/escape.hpp"
#include "support/yaml/quoted_text.hpp"

namespace trunkwarden {
namespace {

std::string none_has(std::string_view id)
{
    return fmt::format(
        "there is no finding {}: none that is open, and none of those that resolved in the last 90 days, as "
        "far as they are kept; \"trunkwarden findings --all\" lists them",
        printable(id));
}

std::string several_have(std::string_view beginning, const std::vector<const finding*>& found)
{
    constexpr std::size_t most = 10;
    auto out = fmt::format("{} begins the ids of {} findings; write more of the one that is meant:",
                           quoted_text(beginning), found.size());
    for (std::size_t at = 0; at < std::min(most, found.size()); ++at)
        out += fmt::format("\n  {}  {}", found[at]->id, printable(found[at]->title, 120));
    return out;
}

class chooser {
public:
    chooser(const std::vector<finding>& kept, const std::vector<std::string>& accounts)
        : kept_(kept), accounts_(accounts)
    {
    }

    void choose(const std::string& written)
    {
        const auto meant = split_state(written);
        if (!meant)
            return refuse(meant.error().message);
        if (const auto is_id = extent_of_id(meant->id); !is_id)
            return refuse(not_an_id(written, is_id.error().message));
        std::vector<const finding*> fits;
        for (const auto& finding : kept_)
            if (finding.id.starts_with(meant->id))
                fits.push_back(&finding);
        if (fits.empty())
            return refuse(none_has(meant->id));
        if (fits.size() > 1)
            return refuse(several_have(meant->id, fits));
        take(*fits.front(), meant->state);
    }

    chosen_findings take_result() { return std::move(out_); }

private:
    void refuse(std::string sentence) { out_.problems.push_back(std::move(sentence)); }

    std::string not_an_id(const std::string& written, const std::string& why) const
    {
        const auto option = option_for_word(written, accounts_);
        return option.empty() ? why : fmt::format("{} is no finding's id; {}", quoted_text(written), option);
    }

    void take(const finding& found, const std::string& state)
    {
        if (!state.empty() && state != found.state)
            out_.remarks.push_back(fmt::format(
                "{} is in state {} by now, not in {}: it changed after that was shown. This is how "
                "it is now.",
                found.id, found.state.empty() ? "(not known)" : found.state, state));
        if (std::ranges::find(out_.found, found.id, &finding::id) == out_.found.end())
            out_.found.push_back(found);
    }

    const std::vector<finding>& kept_;
    const std::vector<std::string>& accounts_;
    chosen_findings out_;
};

}  // namespace

chosen_findings choose_findings(const std::vector<finding>& kept, const std::vector<std::string>& ids,
                                const std::vector<std::string>& accounts)
{
    chooser choosing(kept, accounts);
    for (const auto& id : ids)
        choosing.choose(id);
    return choosing.take_result();
}

}  // namespace trunkwarden
