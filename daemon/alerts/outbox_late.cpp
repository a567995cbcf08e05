#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

#include "alerts/outbox.hpp"
#include "settings/mail_rules.hpp"

// Messages that go out after their turn: dead letters that are sent again, and mails that some recipients
// have and others will get later.

namespace trunkwarden {
namespace {

failure no_such_letter()
{
    return {errc::not_found,
            "there is no dead letter with this delivery_id; \"trunkwarden alerts dead\" lists them"};
}

}  // namespace

// Behind what is new of its weight: a thousand old letters must not delay the next one.
void outbox::wait_again(dead_letter letter, time_point now)
{
    letter.delivery.dead = false;
    letter.delivery.next_attempt = now;
    lanes_.at(letter.delivery.sink)
        .queue.add({.delivery = std::move(letter.delivery),
                    .weight = said_again(letter.weight),
                    .released = true,
                    .was_dead = true});
}

result<state_change> outbox::resend(const std::string& id, time_point now)
{
    auto letter = dead_.take(id);
    if (!letter)
        return no_such_letter();
    state_change change;
    if (!lanes_.contains(letter->delivery.sink)) {
        const failure why{errc::bad_usage, sink_is_gone(letter->delivery.sink) +
                                               ": the message can be sent again when it is there again"};
        dead_.restore(std::move(*letter), change);
        return why;
    }
    const auto number = letter->delivery.number;
    auto& written = change.deliveries[number];
    written = letter->delivery;
    written.dead = false;
    written.next_attempt = now;
    wait_again(std::move(*letter), now);
    return change;
}

resent_letters outbox::resend_all(time_point now, state_change& change)
{
    resent_letters out;
    std::vector<std::string> ids;
    for (const auto& [sink, all] : dead_.all())
        for (const auto& [number, letter] : all) {
            if (letter.overtaken())
                ++out.overtaken;
            else if (!lanes_.contains(sink))
                ++out.without_sink;
            else
                ids.push_back(letter.delivery.id);
        }
    for (const auto& id : ids)
        if (auto again = resend(id, now)) {
            ++out.letters;
            change.add(std::move(*again));
        }
    return out;
}

result<std::size_t> outbox::forget_dead(const std::string& id, state_change& change)
{
    std::vector<std::string> ids{id};
    if (id.empty()) {
        ids.clear();
        for (const auto& [sink, all] : dead_.all())
            for (const auto& [number, letter] : all)
                ids.push_back(letter.delivery.id);
    }
    for (const auto& each : ids) {
        const auto letter = dead_.take(each);
        if (!letter)
            return no_such_letter();
        change.delivered.insert(letter->delivery.number);
    }
    return ids.size();
}

state_change outbox::keep_late(const std::vector<std::int64_t>& sent, const late_recipients& late,
                               time_point now)
{
    state_change change;
    delivery kept;
    alert_weight weight = 0;
    std::set<std::string> findings;
    lane* its = nullptr;
    for (auto& [name, candidate] : lanes_)
        for (const auto number : sent) {
            const auto* message = candidate.queue.find(number);
            if (message == nullptr)
                continue;
            if (its == nullptr)
                kept = message->delivery;
            its = &candidate;
            weight = std::max(weight, message->weight);
            findings.insert(message->delivery.findings.begin(), message->delivery.findings.end());
        }
    if (its == nullptr)
        return change;
    kept.findings.assign(findings.begin(), findings.end());
    kept.queued = now;
    kept.attempts = 1;
    for (const auto& recipient : late.addresses) {
        late_mails::waiting refused{kept, {recipient, late.mail, weight}};
        refused.delivery.number = ++last_number_;
        refused.delivery.id = new_id_();
        refused.delivery.body = to_text(refused.content);
        refused.delivery.last_error = fmt::format("{} did not take it at first", recipient);
        change.deliveries.emplace(refused.delivery.number, refused.delivery);
        refused.delivery.body.clear();  // the mail is in memory once
        for (auto& gone : its->late.add(std::move(refused), now))
            forget_late(std::move(gone), "too many late mails waited", now, change);
    }
    return change;
}

void outbox::restore_late(late_mails::waiting kept, state_change& change)
{
    const auto its = lanes_.find(kept.delivery.sink);
    const auto recipients =
        its == lanes_.end() ? std::vector<std::string>() : mail_addresses_in(its->second.settings.mail.to);
    if (std::ranges::find(recipients, kept.content.recipient) == recipients.end()) {
        change.delivered.insert(kept.delivery.number);
        return;
    }
    kept.delivery.body.clear();
    its->second.late.restore(std::move(kept));
}

// The others had the mail: it is no dead letter, which is sent to all.
void outbox::forget_late(late_mails::waiting late, std::string why, time_point now, state_change& change)
{
    change.deliveries.erase(late.delivery.number);
    change.delivered.insert(late.delivery.number);
    ++never_taken_[late.delivery.sink];
    late.delivery.dead = true;
    late.delivery.last_error = fmt::format("{} never got the mail: {}", late.content.recipient, why);
    note_death(late.delivery, now, change);
}

state_change outbox::settle_late(const delivery& late, const attempt_outcome& outcome, time_point now)
{
    state_change change;
    auto ended = lanes_.at(late.sink).late.settle(late.number, outcome, now);
    if (!ended)
        return change;
    if (ended->delivery.dead)
        forget_late(*std::move(ended), outcome.why, now, change);
    else
        change.delivered.insert(late.number);
    return change;
}

}  // namespace trunkwarden
