#include "simulator/value_generator.hpp"

#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <stdexcept>
#include <utility>

#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

bool is_marker(const json::value& value)
{
    return value.is_string() && value.get_string().starts_with('@');
}

}  // namespace

std::string timestamp(std::chrono::system_clock::time_point at, std::string_view form)
{
    const auto since_epoch = at.time_since_epoch();
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    std::string base = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(seconds));
    const auto micro = std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count() % 1'000'000;
    if (form == "@now_bare") {
        return base;
    }
    if (form == "@now_seconds") {
        return base + "Z";
    }
    if (form == "@now_micro") {
        return fmt::format("{}.{:06}", base, micro);
    }
    return fmt::format("{}.{:03}Z", base, micro / 1000);
}

std::string value_generator::digits()
{
    next_digits_ += 7 + random_() % 90;
    return std::to_string(next_digits_);
}

std::string value_generator::uuid()
{
    const std::uint64_t a = random_();
    const std::uint64_t b = random_();
    return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32U, (a >> 16U) & 0xffffU, a & 0xfffU,
                       0x8000U | ((b >> 48U) & 0x3fffU), b & 0xffffffffffffU);
}

std::string value_generator::secret()
{
    return fmt::format("CANARY-{:016x}", random_());
}

std::string value_generator::id_for(const endpoint& endpoint)
{
    switch (endpoint.ids) {
        case id_kind::digits:
            return digits();
        case id_kind::uuid:
            return uuid();
        case id_kind::word:
            return "assistant-" + uuid();
        case id_kind::given:
            break;
    }
    throw std::invalid_argument(fmt::format("an object of {} needs a {}", endpoint.path, endpoint.id_field));
}

json::value value_generator::generated(std::string_view marker, const context& whose)
{
    if (marker.starts_with("@now")) {
        return json::value(timestamp(whose.now, marker));
    }
    if (marker == "@secret") {
        return json::value(secret());
    }
    if (marker == "@uuid") {
        return json::value(uuid());
    }
    if (marker == "@organization") {
        return json::value(whose.organization_id);
    }
    if (marker == "@owner") {
        return json::value(whose.key_owner);
    }
    if (marker == "@key") {
        return json::value(fmt::format("{:016x}{:016x}{:010x}=", random_(), random_(), random_() >> 24U));
    }
    return json::value(fmt::format("user{:012x}", random_() >> 16U));
}

void value_generator::fill(json::object& fields, const json::object& defaults, const context& whose)
{
    for (const auto& [key, value] : defaults) {
        if (is_marker(value) && !fields.contains(key)) {
            fields[key] = generated(scalar_text(value), whose);
        } else if (value.is_object()) {
            fill_nested(fields, key, value.get_object(), whose);
        }
    }
}

void value_generator::fill_nested(json::object& fields, std::string_view key, const json::object& defaults,
                                  const context& whose)
{
    const json::value* mine = fields.if_contains(key);
    if (mine != nullptr && !mine->is_object()) {
        return;
    }
    json::object nested = mine != nullptr ? mine->get_object() : json::object{};
    fill(nested, defaults, whose);
    if (!nested.empty()) {
        fields[key] = std::move(nested);
    }
}

}  // namespace trunkwarden::simulator
