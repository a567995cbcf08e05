#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>

#include "simulator/account.hpp"
#include "simulator/merge.hpp"

namespace trunkwarden::simulator {
namespace json = boost::json;
namespace {

// 2024-02-02T22:25:27.521Z: the date of objects that a seed file gives none.
constexpr std::chrono::milliseconds seed_time{1706912727521};

const author nobody{.user_id = "", .change_made_by = "telnyx", .audited = false};

bool is_plain_number(std::string_view text)
{
    const bool signed_or_padded =
        text.starts_with('+') || (text.size() > 1 && text.front() == '0' && text[1] != '.');
    constexpr std::size_t exact = 15;  // longer runs of digits are identifiers
    return !signed_or_padded && text.size() <= exact;
}

json::value scalar(const YAML::Node& node, const json::value* like)
{
    const std::string& text = node.Scalar();
    const bool quoted = node.Tag() == "!";
    if (quoted || (like != nullptr && like->is_string())) {
        return json::value(text);
    }
    if (text == "true" || text == "false") {
        return text == "true";
    }
    if (is_plain_number(text)) {
        std::int64_t whole = 0;
        const char* end = text.data() + text.size();
        if (std::from_chars(text.data(), end, whole).ptr == end) {
            return whole;
        }
        double fraction = 0;
        if (std::from_chars(text.data(), end, fraction).ptr == end) {
            return fraction;
        }
    }
    return json::value(text);
}

// `like` is what the defaults have in this place: it decides whether 42 is a number or a string.
json::value from_yaml(const YAML::Node& node, const json::value* like)
{
    if (node.IsNull()) {
        return nullptr;
    }
    if (node.IsScalar()) {
        return scalar(node, like);
    }
    if (node.IsSequence()) {
        static const json::value text_like("");
        json::array items;
        for (const YAML::Node& each : node) {
            items.push_back(from_yaml(each, each.IsScalar() ? &text_like : nullptr));
        }
        return items;
    }
    json::object object;
    for (const auto& member : node) {
        const std::string& key = member.first.Scalar();
        const json::value* inner =
            like != nullptr && like->is_object() ? like->get_object().if_contains(key) : nullptr;
        object[key] = from_yaml(member.second, inner);
    }
    return object;
}

[[noreturn]] void refuse(const std::string& file, const YAML::Mark& where, std::string_view why)
{
    throw std::runtime_error(fmt::format("{}:{}:{}: {}", file, where.line + 1, where.column + 1, why));
}

void read_section(account& into, const std::string& file, const std::string& path, const YAML::Node& section)
{
    if (path == "/balance" || path == "/payment/auto_recharge_prefs" || path == "/whoami" ||
        path == "/iam/settings") {
        const json::value like(into.single(path));
        into.change_single(path, from_yaml(section, &like).as_object(), nobody);
        return;
    }
    const endpoint* endpoint = find_endpoint(path);
    if (endpoint == nullptr) {
        refuse(file, section.Mark(), fmt::format("the API has no list at {}", path));
    }
    if (!section.IsSequence()) {
        refuse(file, section.Mark(), fmt::format("{} must be a list of objects", path));
    }
    const json::value like(defaults_of(*endpoint));
    for (const YAML::Node& each : section) {
        if (!each.IsMap()) {
            refuse(file, each.Mark(), "an object of names and values was expected");
        }
        try {
            into.create(path, from_yaml(each, &like).as_object(), nobody);
        } catch (const std::invalid_argument& wrong) {
            refuse(file, each.Mark(), wrong.what());
        }
    }
}

}  // namespace

account load_account(const std::string& yaml_path)
{
    account made;
    made.set_time(account::time_point(seed_time));
    YAML::Node root;
    try {
        root = YAML::LoadFile(yaml_path);
    } catch (const YAML::BadFile&) {
        throw std::runtime_error(fmt::format("{}: cannot be read", yaml_path));
    } catch (const YAML::Exception& wrong) {
        refuse(yaml_path, wrong.mark, wrong.msg);
    }
    if (!root.IsMap()) {
        refuse(yaml_path, root.Mark(), "an account is a map of sections");
    }
    if (const YAML::Node organization = root["organization_id"]) {
        made.set_organization_id(organization.Scalar());
    }
    if (const YAML::Node owner = root["key_owner"]) {
        made.set_key_owner(owner.Scalar());
    }
    for (const auto& section : root) {
        const std::string& name = section.first.Scalar();
        if (name != "organization_id" && name != "key_owner") {
            read_section(made, yaml_path, "/" + name, section.second);
        }
    }
    made.name_connections_of_numbers();
    return made;
}

account generate_account(std::size_t numbers, unsigned seed)
{
    account made;
    made.set_time(account::time_point(seed_time) + std::chrono::minutes(seed));
    constexpr std::size_t connections = 10;
    std::vector<std::string> ids;
    std::vector<std::string> billing_groups;  // one for each site, as accounts have them
    const json::object profile = made.create(
        "/outbound_voice_profiles",
        {{"name", "default"}, {"daily_spend_limit", "50.00"}, {"daily_spend_limit_enabled", true}}, nobody);
    for (std::size_t i = 0; i < connections; ++i) {
        const json::object outbound{{"outbound_voice_profile_id", profile.at("id")}};
        const json::object connection =
            made.create("/credential_connections",
                        {{"connection_name", fmt::format("site-{:02}", i)}, {"outbound", outbound}}, nobody);
        ids.push_back(scalar_text(connection.at("id")));
        billing_groups.push_back(made.new_uuid());
    }
    const json::object user{{"email", "dana@example.com"}, {"id", made.key_owner().user_id}};
    made.create("/organizations/users", user, nobody);
    for (std::size_t i = 0; i < numbers; ++i) {
        const std::size_t site = (i + seed) % ids.size();
        const std::string& connection = ids[site];
        json::object fields{{"phone_number", fmt::format("+1555{:07}", i)}, {"connection_id", connection}};
        if (i % 50 == 0) {
            const std::string target = fmt::format("+1415555{:04}", i % 10000);
            json::object forwarding{{"forwards_to", target}, {"forwarding_type", "always"}};
            fields["voice"] = json::object{{"call_forwarding", std::move(forwarding)}};
        }
        fields["customer_reference"] = "order " + made.new_uuid();
        fields["billing_group_id"] = billing_groups[site];
        fields["tags"] = json::array{json::value("site"), json::value(fmt::format("row-{}", i / 1000))};
        made.create("/phone_numbers", std::move(fields), nobody);
    }
    return made;
}

}  // namespace trunkwarden::simulator
