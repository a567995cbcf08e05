#include "simulator/thefts.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <stdexcept>
#include <string>

#include "simulator/attacks.hpp"
#include "simulator/cents.hpp"
#include "simulator/merge.hpp"
#include "simulator/usage.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

struct known_theft {
    std::string_view name;
    std::string_view words;
    std::string_view attack;  // "": it is made of calls
    std::string_view steps;   // of make_use(), or the changes of the attack
};

constexpr known_theft known_thefts[] = {
    {"burst_to_latvia", "$45 a minute to premium numbers in Latvia, for ten minutes", "",
     R"({"to": "+3719000####", "count": 15, "seconds": 60, "rate": "3.00", "waves": 10, "every_s": 60})"},
    {"slow_to_latvia", "one call an hour, for days", "",
     R"({"to": "+3719000####", "count": 1, "seconds": 240, "rate": "0.61", "waves": 96, "every_s": 3600})"},
    {"probe", "attempts that are all refused: which destinations are open?", "",
     R"({"to": "+3719000####", "count": 4, "refused": true, "waves": 103, "every_s": 5})"},
    {"pump_messages", "messages to numbers whose carrier shares the price", "",
     R"({"product": "messaging", "to": "+2327600####", "count": 50, "rate": "0.35", "waves": 20, "every_s": 60})"},
    {"register_elsewhere", "a stolen password: the phone's registration is replaced", "register_elsewhere",
     "{}"},
    {"register_beside", "a stolen password, beside the real phone: each registers again and again",
     "register_elsewhere", R"({"ua_ip": "203.0.113.20", "beside": "192.0.2.66"})"},
    {"use_sleeping_key", "an API key that nobody used for long", "use_dormant_api_key", "{}"},
};

const known_theft* theft_named(std::string_view name)
{
    const auto* const found = std::ranges::find(known_thefts, name, &known_theft::name);
    return found == std::end(known_thefts) ? nullptr : found;
}

std::int64_t number_in(const json::object& options, std::string_view name, std::int64_t otherwise)
{
    const std::string text = member_text(options, name, std::to_string(otherwise));
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    constexpr std::int64_t most = 1'000'000;
    if (read.ptr != end || read.ec != std::errc() || value < 0 || value > most) {
        throw std::invalid_argument(fmt::format("\"{}\" must be a whole number from 0 to {}", name, most));
    }
    return value;
}

// Each # is a digit of the number of the call.
std::string number_of_call(std::string pattern, std::size_t nth)
{
    for (auto at = pattern.rbegin(); at != pattern.rend(); ++at) {
        if (*at == '#') {
            *at = static_cast<char>('0' + nth % 10);
            nth /= 10;
        }
    }
    return pattern;
}

std::string first_id(const account& on, std::string_view path)
{
    return on.size(path) == 0 ? std::string() : scalar_text(on.at(path, 0).at("id"));
}

used sample_of(const account& on, const json::object& options)
{
    used sample;
    sample.product = member_text(options, "product", sample.product);
    sample.cli = member_text(options, "from", "+14155550100");
    const bool is_message = sample.is_message();
    if (!is_message) {
        sample.connection_id = member_text(options, "connection_id", first_id(on, "/credential_connections"));
        sample.lasts = std::chrono::seconds(number_in(options, "seconds", 60));
    }
    sample.profile_id = member_text(
        options, "profile_id", first_id(on, is_message ? "/messaging_profiles" : "/outbound_voice_profiles"));
    sample.connected = member_text(options, "refused", "false") != "true";
    const auto minutes = is_message ? 1 : (sample.lasts.count() + 59) / 60;
    sample.cents = sample.connected ? cents_of(member_text(options, "rate", "0.01")) * minutes : 0;
    if (!sample.connected) {
        sample.lasts = std::chrono::seconds(0);
    }
    return sample;
}

}  // namespace

json::object make_use(account& on, const json::object& options)
{
    const used sample = sample_of(on, options);
    const auto waves = number_in(options, "waves", 1);
    const auto count = number_in(options, "count", 1);
    const auto every = std::chrono::seconds(number_in(options, "every_s", 60));
    const auto first = on.now() - std::chrono::seconds(number_in(options, "ago_s", 0));
    constexpr std::int64_t most_calls = 100'000;
    if (waves * count > most_calls) {
        throw std::invalid_argument(fmt::format("at most {} calls at once", most_calls));
    }
    std::size_t made = 0;
    for (std::int64_t wave = 0; wave < waves; ++wave) {
        for (std::int64_t call = 0; call < count; ++call) {
            used next = sample;
            next.id = on.new_uuid();
            next.cld = number_of_call(member_text(options, "to", "+1415555####"), made++);
            next.started = first + wave * every;
            on.use().add(std::move(next));
        }
    }
    return {{"made", made}};
}

json::object steal(account& on, std::string_view name, const json::object& options)
{
    const known_theft* chosen = theft_named(name);
    if (chosen == nullptr) {
        throw std::invalid_argument(
            fmt::format("there is no theft named {}; the command thefts lists them", name));
    }
    json::object merged = json::parse(std::string(chosen->steps)).as_object();
    if (chosen->attack.empty()) {
        merge(merged, options);
        return make_use(on, merged);
    }
    json::object attacked = options;
    attacked["changes"] = std::move(merged);
    author nobody = on.somebody();
    nobody.audited = false;
    return attack(on, chosen->attack, attacked, nobody);
}

json::array theft_names()
{
    json::array names;
    for (const known_theft& each : known_thefts) {
        names.push_back(json::object{{"name", each.name}, {"words", each.words}});
    }
    return names;
}

}  // namespace trunkwarden::simulator
