#include "alerts/alert_sink.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "fetch/retry.hpp"

namespace trunkwarden {
namespace {

using verdict = attempt_outcome::verdict;

// Receivers that ask us to come back. Telnyx's 409 is not among them: it is no word of theirs.
bool passing(unsigned status)
{
    return status == 408 || status == 429 || status >= 500;
}

// Advice to a person about an answer that would be the same the next time.
std::string_view advice_for(unsigned status)
{
    switch (status) {
        case 400:
        case 422:
            return "it does not understand the message; does the sink's type fit the receiver?";
        case 401:
        case 403:
            return "it does not accept this sink; renew the file that holds its URL, secret or key";
        case 404:
        case 410:
            return "nothing takes messages at this URL; put the right one into the sink's url or url_file";
        case 405:
            return "it takes no POST; put the right URL into the sink's url or url_file";
        case 413:
            return "even a short message is too large for it; raise the limit of the receiver, or of the proxy before it";
        default:
            return "the same again would be refused again; its own log may say why";
    }
}

// Slack answers a refusal with one of these words. No other text of an answer is repeated: receivers like to
// quote the URL they were asked for, and that may be a secret.
std::string_view known_word(std::string_view body)
{
    constexpr std::array<std::string_view, 10> words{
        "action_prohibited", "channel_is_archived", "channel_not_found", "invalid_payload", "invalid_token",
        "no_active_hooks",   "no_service",          "no_service_id",     "no_team",         "user_not_found"};
    const auto* found = std::ranges::find(words, body);
    return found == words.end() ? std::string_view{} : *found;
}

std::string why_refused(const http_answer& answer)
{
    if (answer.status / 100 == 3)
        return fmt::format(
            "answered {}: redirects are not followed, put the new URL into the sink's url or url_file",
            answer.status);
    const auto word = known_word(answer.body);
    return fmt::format("answered {}{}{}: {}", answer.status, word.empty() ? "" : " ", word,
                       advice_for(answer.status));
}

attempt_outcome judge_failure(const failure& why)
{
    switch (why.kind) {
        case errc::bad_usage:  // a message that is no valid request today is none tomorrow
            return {verdict::rejected, why.message, std::nullopt, true};
        case errc::too_large:
        case errc::not_understood:
            return {verdict::retry, why.message, std::nullopt, true};
        default:
            return {verdict::retry, why.message, std::nullopt, false};
    }
}

}  // namespace

std::vector<http_request> alert_sink::resend_requests(const std::vector<boost::json::object>& /*open*/,
                                                      time_point /*now*/) const
{
    return {};
}

attempt_outcome judge_answer(const result<http_answer>& answer, time_point now)
{
    if (!answer)
        return judge_failure(answer.error());
    if (answer->status / 100 == 2) {
        attempt_outcome taken{verdict::delivered, answer->left_out, std::nullopt};
        if (!answer->later.empty())
            taken.late = {answer->later, answer->body};
        return taken;
    }
    if (passing(answer->status))
        return {verdict::retry, fmt::format("answered {}", answer->status),
                asked_to_wait(answer->status, answer->hints, now), true};
    return {verdict::rejected, why_refused(*answer), std::nullopt, true, answer->status == 413};
}

}  // namespace trunkwarden
