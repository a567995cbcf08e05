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

// Of the finding; of many that of the first, which is the most severe.
std::string title_of(const delivery& delivery)
{
    const auto message = notification_of(delivery.body);
    return message && !message->findings.empty() ? printable_at(message->findings[0], "title")
                                                 : std::string{};
}

}  // namespace

json::object to_json(const dead_letter& letter, time_point now)
{
    constexpr std::size_t max_ids = 100;
    json::array findings;
    for (const auto& id : letter.delivery.findings)
        if (findings.size() < max_ids)
            findings.emplace_back(view(id));
    const auto again = letter.tried_again_at(now);
    json::object out;
    out["delivery_id"] = view(letter.delivery.id);
    out["sink"] = view(letter.delivery.sink);
    out["account"] = view(letter.delivery.account);
    out["event"] = view(letter.delivery.event);
    out["severity"] = view(name_of(severity_of(letter.weight)));
    out["title"] = view(title_of(letter.delivery));
    out["more"] = letter.delivery.findings.size() - findings.size();
    out["findings"] = std::move(findings);
    out["queued"] = view(rfc3339(letter.delivery.queued));
    out["attempts"] = letter.delivery.attempts;
    out["reason"] = view(letter.delivery.last_error);
    out["tried_again_at"] = or_null(again);
    out["overtaken"] = letter.overtaken();
    return out;
}

json::array dead_letters_json(std::vector<dead_letter> all, time_point now)
{
    std::ranges::stable_sort(all, [](const dead_letter& a, const dead_letter& b) {
        return a.weight != b.weight ? a.weight > b.weight : a.delivery.queued < b.delivery.queued;
    });
    json::array out;
    for (const auto& letter : all)
        out.push_back(to_json(letter, now));
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
