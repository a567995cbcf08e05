#include "simulator/numbers.hpp"

#include <utility>

#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

constexpr std::string_view core_path = "/phone_numbers";
constexpr std::string_view slim_path = "/phone_numbers/slim";
constexpr std::string_view voice_path = "/phone_numbers/voice";
constexpr std::string_view messaging_path = "/phone_numbers/messaging";

json::value text_or_empty(const json::object& record, std::string_view field)
{
    const json::value& value = record.at(field);
    return value.is_null() ? json::value("") : value;
}

json::object core(json::object record)
{
    const json::object voice = record.at("voice").as_object();
    record["call_forwarding_enabled"] = *at_dotted(voice, "call_forwarding.call_forwarding_enabled");
    record["call_recording_enabled"] = *at_dotted(voice, "call_recording.inbound_call_recording_enabled");
    record["cnam_listing_enabled"] = *at_dotted(voice, "cnam_listing.cnam_listing_enabled");
    record["inbound_call_screening"] = voice.at("inbound_call_screening");
    record.erase("voice");
    record.erase("messaging");
    record.erase("voicemail");
    return record;
}

// The slim list has no names and no tags, and its schema no nulls.
json::object slim(const json::object& record)
{
    json::object shown;
    for (const auto& [key, value] : core(record)) {
        if (!value.is_null() && key != "tags" && key != "connection_name" &&
            key != "messaging_profile_name") {
            shown[key] = value;
        }
    }
    return shown;
}

json::object voice(const json::object& record)
{
    json::object shown{{"id", record.at("id")}, {"record_type", "voice_settings"}};
    shown["phone_number"] = record.at("phone_number");
    shown["connection_id"] = text_or_empty(record, "connection_id");
    shown["customer_reference"] = record.at("customer_reference");
    shown["emergency"] = json::object{{"emergency_address_id", text_or_empty(record, "emergency_address_id")},
                                      {"emergency_enabled", record.at("emergency_enabled")},
                                      {"emergency_status", record.at("emergency_status")}};
    merge(shown, record.at("voice").as_object());
    return shown;
}

json::object messaging(const json::object& record)
{
    json::object shown{{"id", record.at("id")}, {"record_type", "messaging_settings"}};
    shown["phone_number"] = record.at("phone_number");
    shown["messaging_profile_id"] = record.at("messaging_profile_id");
    shown["country_code"] = record.at("country_iso_alpha2");
    shown["created_at"] = record.at("created_at");
    shown["updated_at"] = record.at("updated_at");
    merge(shown, record.at("messaging").as_object());
    return shown;
}

}  // namespace

json::object face_of_number(std::string_view path, const json::object& record)
{
    if (path == slim_path) {
        return slim(record);
    }
    if (path == voice_path) {
        return voice(record);
    }
    return path == messaging_path ? messaging(record) : core(record);
}

json::object changes_of_number(std::string_view path, const json::object& changes)
{
    if (path != voice_path && path != messaging_path) {
        return changes;
    }
    json::object part = changes;
    json::object whole;
    for (const std::string_view shared :
         {"caller_id_name_enabled", "messaging_profile_id", "connection_id"}) {
        if (const json::value* value = part.if_contains(shared)) {
            whole[shared] = *value;
            part.erase(shared);
        }
    }
    whole[path == voice_path ? "voice" : "messaging"] = std::move(part);
    return whole;
}

std::string_view stored_at(std::string_view path)
{
    if (path == "/iam/api_keys") {
        return "/api_keys";
    }
    return path.starts_with("/phone_numbers/") && path != "/phone_numbers/jobs" ? core_path : path;
}

}  // namespace trunkwarden::simulator
