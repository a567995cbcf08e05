#include "alerts/late_mails.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <utility>

#include "alerts/sink_queue.hpp"
#include "support/json_member.hpp"
#include "support/json_view.hpp"

namespace trunkwarden {
namespace {

namespace json = boost::json;

// Servers that want to see a stranger twice (greylisting) take a mail after some minutes; a full mailbox
// takes longer.
std::chrono::minutes pause_of_mailbox(unsigned refusals)
{
    using std::chrono::minutes;
    constexpr std::array<minutes, 4> pauses{minutes(1), minutes(5), minutes(15), minutes(30)};
    return pauses.at(std::min<std::size_t>(std::max(refusals, 1U), pauses.size()) - 1);
}

std::size_t bytes_of_late(const late_mails::waiting& mail)
{
    return mail.content.mail.size() + bytes_of(mail.delivery);
}

}  // namespace

std::string to_text(const late_mail& late)
{
    const json::object out{{"version", 1},
                           {"recipient", view(late.recipient)},
                           {"weight", late.weight},
                           {"mail", view(late.mail)}};
    return json::serialize(out);
}

std::optional<late_mail> late_mail_of(std::string_view body)
{
    boost::system::error_code wrong;
    const auto whole = json::parse(view(body), wrong);
    if (wrong || !whole.is_object())
        return std::nullopt;
    const auto& from = whole.get_object();
    late_mail out{std::string(string_at(from, "recipient")), std::string(string_at(from, "mail"))};
    const auto weight = whole_number_at(from, "weight");
    if (out.recipient.empty() || out.mail.empty() || !weight)
        return std::nullopt;
    out.weight = static_cast<alert_weight>(*weight);
    return out;
}

late_mails::place late_mails::place_of(const waiting& mail)
{
    return {std::numeric_limits<alert_weight>::max() - mail.content.weight, mail.delivery.number};
}

void late_mails::put(waiting mail, time_point next_attempt)
{
    auto& its = of_[mail.content.recipient];
    if (its.mails.empty())
        its.next_attempt = next_attempt;
    ++count_;
    bytes_ += bytes_of_late(mail);
    const auto at = place_of(mail);
    its.mails.insert_or_assign(at, std::move(mail));
}

late_mails::waiting late_mails::take(const std::string& recipient, place at)
{
    const auto its = of_.find(recipient);
    auto out = std::move(its->second.mails.extract(at).mapped());
    --count_;
    bytes_ -= bytes_of_late(out);
    if (its->second.mails.empty())
        of_.erase(its);
    return out;
}

std::vector<late_mails::waiting> late_mails::add(waiting refused, time_point now)
{
    auto& its = of_[refused.content.recipient];
    const bool waits_already = !its.mails.empty();
    put(std::move(refused), now + pause_of_mailbox(1));
    if (!waits_already)
        its.refusals = 1;
    return make_room();
}

void late_mails::restore(waiting kept)
{
    const auto since = kept.delivery.queued;
    put(std::move(kept), since);
}

// The oldest of the least severe; the one under way stays.
std::optional<std::pair<std::string, late_mails::place>> late_mails::lightest() const
{
    const auto weight = [](const place& at) { return std::pair(at.lightness, -at.number); };
    std::optional<std::pair<std::string, place>> out;
    for (const auto& [recipient, its] : of_)
        for (const auto& [at, mail] : its.mails) {
            const bool is_under_way = under_way_ && under_way_->second.number == at.number;
            if (!is_under_way && (!out || weight(at) > weight(out->second)))
                out = {recipient, at};
        }
    return out;
}

std::vector<late_mails::waiting> late_mails::make_room()
{
    std::vector<waiting> out;
    while (count_ > max_mails || bytes_ > max_bytes) {
        const auto light = lightest();
        if (!light)
            break;
        out.push_back(take(light->first, light->second));
    }
    return out;
}

std::optional<late_mails::waiting> late_mails::next(time_point now)
{
    if (under_way_)
        return std::nullopt;
    const mailbox* first = nullptr;
    for (const auto& [recipient, its] : of_) {
        if (!has_come(its.next_attempt, now))
            continue;
        if (first == nullptr || its.mails.begin()->first < first->mails.begin()->first)
            first = &its;
    }
    if (first == nullptr)
        return std::nullopt;
    const auto& [at, mail] = *first->mails.begin();
    under_way_.emplace(mail.content.recipient, at);
    return mail;
}

std::optional<time_point> late_mails::look_again() const
{
    std::optional<time_point> soonest;
    if (under_way_)
        return soonest;
    for (const auto& [recipient, its] : of_)
        if (!soonest || its.next_attempt < *soonest)
            soonest = its.next_attempt;
    return soonest;
}

std::optional<late_mails::waiting> late_mails::settle(std::int64_t number, const attempt_outcome& outcome,
                                                      time_point now)
{
    using verdict = attempt_outcome::verdict;
    if (!under_way_ || under_way_->second.number != number)
        return std::nullopt;
    const auto [recipient, at] = *std::exchange(under_way_, std::nullopt);
    auto& its = of_.at(recipient);
    auto& mail = its.mails.at(at);
    if (outcome.result == verdict::delivered) {
        its.refusals = 0;
        its.next_attempt = now;
        return take(recipient, at);
    }
    ++mail.delivery.attempts;
    mail.delivery.last_error = outcome.why;
    const bool is_over = outcome.result == verdict::rejected || now - mail.delivery.queued > tried_for;
    its.next_attempt = now + pause_of_mailbox(++its.refusals);
    if (!is_over)
        return std::nullopt;
    mail.delivery.dead = true;
    return take(recipient, at);
}

void late_mails::try_others(const std::vector<std::string>& refused, time_point now)
{
    for (auto& [recipient, its] : of_) {
        if (std::ranges::find(refused, recipient) != refused.end())
            continue;
        its.refusals = 0;
        its.next_attempt = std::min(its.next_attempt, now);
    }
}

void late_mails::start_over(time_point now)
{
    under_way_.reset();
    try_others({}, now);
}

std::vector<std::int64_t> late_mails::keep_only(const std::vector<std::string>& recipients)
{
    std::vector<std::pair<std::string, place>> gone;
    for (const auto& [recipient, its] : of_)
        if (std::ranges::find(recipients, recipient) == recipients.end())
            for (const auto& [at, mail] : its.mails)
                gone.emplace_back(recipient, at);
    std::vector<std::int64_t> out;
    for (const auto& [recipient, at] : gone) {
        if (under_way_ && under_way_->second.number == at.number)
            under_way_.reset();
        take(recipient, at);
        out.push_back(at.number);
    }
    return out;
}

std::vector<delivery> late_mails::all() const
{
    std::vector<delivery> out;
    for (const auto& [recipient, its] : of_)
        for (const auto& [at, mail] : its.mails) {
            out.push_back(mail.delivery);
            out.back().next_attempt = its.next_attempt;
        }
    return out;
}

}  // namespace trunkwarden
