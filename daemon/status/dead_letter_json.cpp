#include "status/dead_letter_json.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <string>

#include "alerts/notification.hpp"
#include "support/json_member.hpp"
#include "support/json_null.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// Of the finding; of many that of the first, which is the heaviest.
std::string title_of(const delivery& one)
{
    const auto message = notification_of(one.body);
    return message && !message->findings.empty() ? printable_at(message->findings[0], "title")
                                                 : std::string{};
}

}  // namespace

json::object to_json(const dead_letter& one, time_point now)
{
    constexpr std::size_t max_ids = 100;
    json::array findings;
    for (const auto& id : one.what.findings)
        if (findings.size() < max_ids)
            findings.emplace_back(view(id));
    const auto again = one.tried_again_at(now);
    json::object out;
    out["delivery_id"] = view(one.what.id);
    out["sink"] = view(one.what.sink);
    out["account"] = view(one.what.account);
    out["event"] = view(one.what.event);
    out["severity"] = view(name_of(severity_of(one.weight)));
    out["title"] = view(title_of(one.what));
    out["more"] = one.what.findings.size() - findings.size();
    out["findings"] = std::move(findings);
    out["queued"] = view(rfc3339(one.what.queued));
    out["attempts"] = one.what.attempts;
    out["reason"] = view(one.what.last_error);
    out["tried_again_at"] = or_null(again);
    out["overtaken"] = one.overtaken();
    return out;
}

json::array dead_letters_json(std::vector<dead_letter> all, time_point now)
{
    std::ranges::stable_sort(all, [](const dead_letter& a, const dead_letter& b) {
        return a.weight != b.weight ? a.weight > b.weight : a.what.queued < b.what.queued;
    });
    json::array out;
    for (const auto& one : all)
        out.push_back(to_json(one, now));
    return out;
}

json::object resent_json(const resent_letters& outcome)
{
    json::object out;
    out["resent"] = outcome.letters;
    out["overtaken"] = outcome.overtaken;
    out["without_sink"] = outcome.without_sink;
    return out;
}

}  // namespace trunkwarden
