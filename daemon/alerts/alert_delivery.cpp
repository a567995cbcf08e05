#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "alerts/alert_dispatcher.hpp"
#include "alerts/cut_message.hpp"
#include "alerts/email_sink.hpp"
#include "alerts/incident_notice.hpp"

// One message on its way: sent, settled, and with it those about the same incident.

namespace trunkwarden {
namespace {

// Adds to a message about one finding which incident it belongs to, and the facts that a receiver of one
// message for each incident needs.
void add_incident(notification& notification, const std::vector<finding>& open, bool others_are_gathered)
{
    add_incident_words(notification, open, clock_now());
    const auto incident = incident_of(notification, open);
    if (others_are_gathered && !incident.empty() && is_critical(notification, open))
        notification.apart_from = without_critical(incident, open);
}

}  // namespace

void alert_dispatcher::settle(active_sink& sink, const delivery& delivery, const attempt_outcome& outcome)
{
    note(sink, delivery, outcome);
    auto change = outbox_.settle(delivery.number, outcome, clock_now());
    if (outcome.result == attempt_outcome::verdict::delivered)
        change.events.push_back(history_of(delivery, clock_now()));
    with_.state.put(std::move(change));
}

// Before the messages are settled: a crash in between may repeat the mail, and loses nothing.
void alert_dispatcher::keep_late(active_sink& sink, const std::vector<std::int64_t>& sent,
                                 const attempt_outcome& outcome)
{
    if (outcome.late.addresses.empty())
        return;
    with_.state.put(outbox_.keep_late(sent, outcome.late, clock_now()));
    sink.something_to_send.notify_all();
}

// The refusal of a mailbox is none of its sink.
void alert_dispatcher::settle_late(active_sink& sink, const delivery& late, const attempt_outcome& outcome)
{
    with_.state.put(outbox_.settle_late(late, outcome, clock_now()));
    const bool is_about_recipients = sink.last_error == sink.left_out;
    if (outcome.result == attempt_outcome::verdict::delivered && is_about_recipients &&
        !outbox_.has_late(sink.settings.name))
        sink.last_error.clear();
    note_losses();
    with_.progress.notify_all();
}

task<> alert_dispatcher::deliver_late(active_sink& to)
{
    for (;;) {
        auto next = outbox_.next_late(to.settings.name, clock_now());
        if (!next) {
            const auto until = steady_time_of(outbox_.look_again_late(to.settings.name), clock_now());
            co_await to.something_to_send.wait_until(until);
            continue;
        }
        std::vector<http_request> requests;
        requests.push_back(mail_request(std::move(next->content.mail), {next->content.recipient}));
        const auto outcome = co_await send(to, std::move(requests));
        settle_late(to, next->delivery, outcome);
    }
}

task<attempt_outcome> alert_dispatcher::deliver_shortened(active_sink& to, notification notification)
{
    attempt_outcome outcome;
    add_links(notification, with_.links());
    for (unsigned shorter = 0; shorter <= max_shorter; ++shorter) {
        const auto cut = cut_to(notification, limits_of_try(shorter));
        outcome = co_await deliver_message(to, cut);
        if (!outcome.too_large)
            break;
    }
    co_return outcome;
}

// All that waits about the incident and is not critical, as one message: accepted for all of them, or for
// none. A refusal for now counts once, and one for the size of the message leaves the first to be sent alone:
// then false.
task<bool> alert_dispatcher::deliver_incident(active_sink& to, delivery sent, notification message)
{
    constexpr std::size_t most = 49;  // a message names each of its findings
    const auto open = with_.open_findings();
    const auto incident = incident_of(message, open);
    if (incident.empty() || is_critical(message, open))
        co_return false;
    const auto members = ids_of_incident(incident, open);
    std::set<std::string> findings(members.begin(), members.end());
    findings.insert(sent.findings.begin(), sent.findings.end());
    std::vector<delivery> all{sent};
    std::vector<notification> messages{std::move(message)};
    for (auto& beside : outbox_.take_beside(sent, findings, most)) {
        auto readable = notification_of(beside.body);
        if (!readable || is_critical(*readable, open)) {
            outbox_.put_back(beside);
            continue;
        }
        all.push_back(std::move(beside));
        messages.push_back(*std::move(readable));
    }
    auto whole = gathered(messages, incident, open, clock_now());
    add_links(whole, with_.links());
    const auto cut = cut_to(std::move(whole), {});
    const auto outcome = co_await deliver_message(to, cut);
    const bool names_all = cut.findings.size() == findings_in_all(cut);
    if (outcome.too_large || !names_all || outcome.result == attempt_outcome::verdict::retry)
        for (std::size_t at = 1; at < all.size(); ++at)
            outbox_.put_back(all[at]);
    if (outcome.too_large)
        co_return false;
    if (!names_all || outcome.result == attempt_outcome::verdict::retry)
        all = {sent};
    std::ranges::sort(all, {}, &delivery::number);
    std::vector<std::int64_t> numbers;
    numbers.reserve(all.size());
    for (const auto& each : all)
        numbers.push_back(each.number);
    keep_late(to, numbers, outcome);
    for (const auto& each : all)
        settle(to, each, outcome);
    co_return true;
}

task<> alert_dispatcher::deliver_one(active_sink& to, delivery delivery)
{
    attempt_outcome outcome;
    outcome.result = attempt_outcome::verdict::rejected;
    outcome.why = "the state file holds no message that can be read";
    bool settled = false;
    if (auto message = notification_of(delivery.body)) {
        const bool concerns_people = is_for_people(to.settings.type) && may_be_of_incident(*message);
        const bool may_be_gathered = concerns_people && to.settings.group_by == message_group::incident;
        if (may_be_gathered)
            settled = co_await deliver_incident(to, delivery, *message);
        if (!settled) {
            if (concerns_people)
                add_incident(*message, with_.open_findings(), may_be_gathered);
            outcome = co_await deliver_shortened(to, *std::move(message));
        }
    }
    if (!settled) {
        keep_late(to, {delivery.number}, outcome);
        settle(to, delivery, outcome);
    }
    note_losses();
    with_.progress.notify_all();
}

}  // namespace trunkwarden
