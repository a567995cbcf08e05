#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/allowed_writes.hpp"
#include "catalogue/catalogue.hpp"
#include "containment/json_path.hpp"
#include "containment/observed_object.hpp"
#include "containment/requests.hpp"
#include "fakes/paths.hpp"
#include "fetch/object_target.hpp"
#include "fetch/paging.hpp"
#include "simulator/account.hpp"
#include "simulator/api.hpp"
#include "simulator/attacks.hpp"
#include "simulator/endpoints.hpp"
#include "simulator/merge.hpp"
#include "snapshot/page_parser.hpp"

// Every request by which the catalogue would change an account, as the daemon makes it, on the demo account:
// a contained object is contained, a restored one is as it was.

namespace trunkwarden::simulator {
namespace {

namespace json = boost::json;

class CatalogueWrites : public testing::TestWithParam<const resource_type*> {
protected:
    CatalogueWrites() : state(load_account(fakes::in_project("config/demo/account.yml")))
    {
        attack(state, "start_portout", {}, thief);  // the demo account has none that is pending
        attack(state, "place_call", {}, thief);     // nor does a call run
    }

    const resource_type& type() const { return *GetParam(); }

    reply ask(const std::string& method, const std::string& target, const std::string& body = {})
    {
        request asked;
        asked.method = method;
        asked.target = "/v2" + target;
        asked.body = body;
        EXPECT_TRUE(split_target(asked)) << target;
        api_context on{.state = state, .pages = pages};
        return reply_to(on, asked);
    }

    std::string read(const std::string& target)
    {
        auto answer = ask("GET", target);
        EXPECT_EQ(answer.status, 200U) << target << ": " << *answer.body;
        std::string body;
        body.reserve(answer.body->size() + body_padding);
        body = *answer.body;
        return body;
    }

    // The simulator lists what the API answers about one object at a time.
    std::string list_path() const
    {
        if (type().role == resource_role::active_calls)
            return "/calls";
        return type().pages == paging::answers ? "/" + std::string(type().name) : std::string(type().path);
    }

    std::shared_ptr<const object_page> listed()
    {
        if (type().pages == paging::one_object)
            return parser.parse_one(read(list_path())).value().objects.at(0);
        const auto target =
            page_target({.path = list_path(),
                         .query = std::string(type().query),
                         .pages = type().pages == paging::no_endpoint ? paging::numbered : type().pages,
                         .page_size = type().page_size},
                        1);
        return parser.parse(read(target)).value().objects.at(0);
    }

    // As a GET of it shows it, or its list where the API has no GET; nothing when it is not there.
    std::optional<observed_object> look(const std::string& address)
    {
        if (const auto target = object_target(type(), address)) {
            if (ask("GET", *target).status == 404)
                return std::nullopt;
            return seen(address, read(*target));
        }
        const auto list = json::parse(read(list_path() + "?page[size]=100"));
        for (const auto& item : list.at("data").as_array())
            if (const auto* id = value_at(item.as_object(), type().address);
                id != nullptr && *id == address.c_str())
                return seen(address, json::serialize(item));
        return std::nullopt;
    }

    observed_object seen(const std::string& address, std::string body)
    {
        body.reserve(body.size() + body_padding);
        auto object = observe(parser, 0, type(), address, body);
        if (!object)
            throw std::runtime_error(object.error().message);
        return std::move(*object);
    }

    std::string first_address()
    {
        const auto objects = listed();
        if (objects->size() == 0)
            throw std::runtime_error("the demo account has none of these");
        return std::string((*objects)[0].address());
    }

    // The answer of a write that is allowed, and taken.
    json::value write(const api_write& request)
    {
        EXPECT_TRUE(allowed.allows(request.method, request.target))
            << request.method << ' ' << request.target;
        const auto answer = ask(request.method, request.target, request.body);
        EXPECT_EQ(answer.status / 100, 2U)
            << request.method << ' ' << request.target << ' ' << request.body << ": " << *answer.body;
        return answer.body->empty() ? json::value(nullptr) : json::parse(*answer.body);
    }

    action journaled(const observed_object& before, const api_write& request, undoing undo) const
    {
        action done;
        done.id = "a-000000000001";
        done.resource = type().name;
        done.undo = undo;
        done.request = request;
        done.address = before.is_reported() ? std::string(before.seen().address()) : std::string();
        done.object_id = before.is_reported() ? std::string(before.seen().id()) : std::string();
        done.before = journaled_text(type(), before.whole);
        return done;
    }

    // Without dates, and without the simulator's own mark of a disabled account, which the API does not show.
    static json::object lasting(json::object object)
    {
        object.erase("disabled_by_manager");
        return undated(std::move(object));
    }
    static json::object undated(json::object object)
    {
        object.erase("updated_at");
        object.erase("created_at");
        return object;
    }

    // The differences between two objects; "" when they are the same.
    static std::string unlike(const json::object& a, const json::object& b)
    {
        return a == b ? std::string() : "unlike: " + json::serialize(differences(a, b));
    }

    const author thief{"0b0b0b0b-0000-4000-8000-000000000001"};
    account state;
    page_cache pages;
    fingerprinter secrets;
    page_parser parser{{GetParam()}, secrets};
    allowed_writes allowed{catalogue};
};

std::vector<const resource_type*> those(bool (*wanted)(const resource_type&))
{
    std::vector<const resource_type*> out;
    for (const auto& type : catalogue)
        if (wanted(type))
            out.push_back(&type);
    return out;
}

const auto by_name = [](const auto& which) { return std::string(which.param->name); };

class CatalogueContainments : public CatalogueWrites {};

INSTANTIATE_TEST_SUITE_P(Every, CatalogueContainments, testing::ValuesIn(those([](const resource_type& type) {
                             return type.contain.possible();
                         })),
                         by_name);

TEST_P(CatalogueContainments, ContainAndAreTakenBack)
{
    const auto address = first_address();
    const auto before = look(address).value();
    const auto request = containing_request(before).value();
    write(request);
    const auto contained = look(address);
    if (can_be_verified(type(), request)) {
        EXPECT_EQ(mismatch_of(type(), request, contained ? &*contained : nullptr), std::nullopt);
    }
    const bool removes = request.method == "DELETE" || type().name == "organization_users";
    EXPECT_EQ(contained.has_value(), !removes);
    if (contained) {
        EXPECT_NE(unlike(undated(before.whole), undated(contained->whole)), "") << "something changed";
    }
    if (type().contain.undo == undoing::impossible) {
        const auto done = journaled(before, request, undoing::impossible);
        EXPECT_FALSE(undoing_request(type(), done, contained ? &*contained : nullptr));
        return;
    }

    const auto done = journaled(before, request, type().contain.undo);
    const auto answer = write(undoing_request(type(), done, contained ? &*contained : nullptr).value());
    if (type().contain.undo == undoing::exact) {
        EXPECT_EQ(unlike(lasting(before.whole), lasting(look(address).value().whole)), "");
        return;
    }
    const auto* data = answer.as_object().if_contains("data");
    const auto& created = data == nullptr ? answer.as_object() : data->as_object();
    const std::string fresh(value_at(created, type().address)->as_string());
    EXPECT_NE(fresh, address);
    auto is = lasting(look(fresh).value().whole);
    auto was = lasting(before.whole);
    for (const auto* of_its_own : {"id", "status"}) {
        is.erase(of_its_own);
        was.erase(of_its_own);
    }
    EXPECT_EQ(unlike(was, is), "");
    EXPECT_FALSE(look(address)) << "the old one does not come back";
}

// The fields that are sent back unchanged are those that the API asks for: none is missing, and none could be
// left out.
TEST_P(CatalogueContainments, SendBackWhatTheApiAsksFor)
{
    const auto address = first_address();
    const auto before = look(address).value();
    const auto request = containing_request(before).value();
    if (request.method == "DELETE" || request.body.empty())
        return;
    const auto whole = json::parse(request.body).as_object();
    const endpoint* endpoint = find_endpoint(type().path);
    ASSERT_TRUE(endpoint != nullptr || type().pages == paging::one_object);
    for (const auto name : words(endpoint == nullptr ? std::string_view() : endpoint->required_to_change)) {
        const bool counts = name.find('.') == std::string_view::npos ||
                            value_at(whole, name.substr(0, name.rfind('.'))) != nullptr;
        if (!counts)
            continue;
        ASSERT_NE(value_at(whole, name), nullptr) << name;
        auto lacking = whole;
        remove_at(lacking, name);
        EXPECT_EQ(ask(request.method, request.target, json::serialize(lacking)).status, 422U) << name;
    }
    EXPECT_EQ(unlike(lasting(before.whole), lasting(look(address).value().whole)), "")
        << "what is refused changes nothing";
}

class CatalogueRestorations : public CatalogueWrites {
protected:
    // Two values that the field may have: the trusted one, and a thief's.
    static std::pair<json::value, json::value> values_of(const watched_field& field, const json::value* is)
    {
        static const std::map<std::string_view, std::pair<const char*, const char*>> choices{
            {"forwarding_type", {"always", "on-failure"}},
            {"webhook_api_version", {"1", "2"}},
            {"usage_payment_method", {"rate-deck", "channel"}},
            {"ani_override_type", {"normal", "always"}},
            {"sip_uri_calling_preference", {"internal", "unrestricted"}},
            {"sip_subdomain_receive_settings", {"only_my_connections", "from_anyone"}},
            {"ip_authentication_method", {"ip-authentication", "token"}},
            {"fqdn_authentication_method", {"ip-authentication", "credential-authentication"}},
            {"transport_protocol", {"TLS", "UDP"}},
            {"transport", {"TLS", "UDP"}},
            {"channel_type_id", {"email", "sms"}},
            {"client_type", {"confidential", "public"}},
            {"preference", {"ach", "credit_paypal"}},
            {"voice_method", {"get", "post"}},
            {"status_callback_method", {"get", "post"}},
            {"idp_cert_fingerprint_algorithm", {"sha256", "sha1"}},
            {"simultaneous_ringing", {"disabled", "enabled"}},
        };
        const std::string_view last = field.path.substr(field.path.rfind('.') + 1);
        if (last == "encrypted_media")
            return {"SRTP", nullptr};
        if (const auto found = choices.find(last); found != choices.end())
            return {found->second.first, found->second.second};
        switch (field.kind) {
            case value_kind::flag: {
                const bool now = is != nullptr && is->is_bool() && is->get_bool();
                return {now, !now};
            }
            case value_kind::number:
                if (is != nullptr && is->is_string())
                    return {"7", "70"};
                return {7, 70};
            case value_kind::money:
                if (is != nullptr && is->is_number())
                    return {7.5, 750.5};
                return {"7.50", "750.50"};
            case value_kind::timestamp:
                return {"2027-01-01T00:00:00Z", "2037-01-01T00:00:00Z"};
            case value_kind::url:
                return {"https://hooks.example.com/in", "https://collector.attacker.example/in"};
            case value_kind::ip:
                return {"198.51.100.7", "192.0.2.66"};
            case value_kind::cidr:
                return {"198.51.100.0/24", "192.0.2.0/24"};
            case value_kind::host:
                return {"sip.example.com", "sip.attacker.example"};
            case value_kind::e164:
                return {"+14155550107", "+18765550166"};
            case value_kind::country_set:
                return {json::array{"CA", "US"}, json::array{"CA", "US", "SO"}};
            case value_kind::text_set:
                return {json::array{"a", "b"}, json::array{"a", "thief"}};
            default:
                return {"trusted", "thief"};
        }
    }

    void set(const std::string& address, std::string_view path, const json::value& to)
    {
        json::object changes;
        put_at(changes, path, to);
        if (type().pages == paging::one_object)
            state.change_single(list_path(), changes, thief);
        else
            ASSERT_TRUE(state.change(list_path(), address, changes, thief)) << path;
    }

    static bool is_inside_a_list(const json::object& whole, std::string_view path)
    {
        for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1))
            if (const auto* around = value_at(whole, path.substr(0, dot));
                around != nullptr && around->is_array())
                return true;
        return false;
    }

    bool is_written(const watched_field& field) const
    {
        const auto has = [&field](const auto& names) {
            return std::ranges::find(names, field.name) != names.end();
        };
        const bool has_one_value_only = field.name == "service_plan";
        return field.kind != value_kind::secret && !has_one_value_only &&
               (is_taken(type().restore, field.name) || has(type().restore.other_fields));
    }
};

INSTANTIATE_TEST_SUITE_P(Every, CatalogueRestorations, testing::ValuesIn(those([](const resource_type& type) {
                             return type.restore.possible();
                         })),
                         by_name);

// Each field alone, after a change by a thief: it has its old value again, and so has everything else.
TEST_P(CatalogueRestorations, WriteBackEveryFieldThatTheyTake)
{
    const auto address = first_address();
    std::size_t restored = 0;
    for (std::size_t at = 0; at < type().fields.size(); ++at) {
        const auto& field = type().fields[at];
        const auto start = look(address).value();
        if (!is_written(field) || is_inside_a_list(start.whole, field.path))
            continue;
        const auto [trusted, stolen] = values_of(field, value_at(start.whole, field.path));
        set(address, field.path, trusted);
        const auto before = look(address).value();
        ASSERT_TRUE(before.is_reported()) << field.name;
        set(address, field.path, stolen);
        const auto after = look(address).value();
        if (!after.is_reported() || after.state == before.state) {
            ADD_FAILURE() << field.name << ": the thief's value is not seen";
            continue;
        }
        entry by;
        constraint wanted;
        wanted.field = static_cast<std::uint16_t>(at);
        wanted.any_of.push_back({accepted_value::form::exact, std::string(before.seen().field(at))});
        by.where.push_back(wanted);
        const judgement judged{trust::differs, &by, {wanted.field}};
        const auto request = restoring_request_for(after, judged);
        ASSERT_TRUE(request) << field.name << ": " << request.error().message;
        EXPECT_EQ(request->restored, std::vector<std::string>{std::string(field.name)});
        write(request->request);
        const auto now = look(address).value();
        EXPECT_EQ(mismatch_of(type(), request->request, &now), std::nullopt) << field.name;
        EXPECT_EQ(now.state, before.state) << field.name << ": " << request->request.body;
        EXPECT_EQ(unlike(lasting(before.whole), lasting(now.whole)), "") << field.name;

        const auto done = journaled(after, request->request, undoing::exact);
        write(undoing_request(type(), done, &now).value());
        EXPECT_EQ(unlike(lasting(after.whole), lasting(look(address).value().whole)), "")
            << field.name << ", taken back";
        set(address, field.path, trusted);
        ++restored;
    }
    EXPECT_GT(restored, 0U);
}

class CatalogueRotations : public CatalogueWrites {};

INSTANTIATE_TEST_SUITE_P(Every, CatalogueRotations, testing::ValuesIn(those([](const resource_type& type) {
                             return type.rotate.possible();
                         })),
                         by_name);

TEST_P(CatalogueRotations, GiveANewSecretAndTouchNothingElse)
{
    const auto address = first_address();
    const auto before = look(address).value();
    const auto& rotation = type().rotate;
    api_write request{std::string(rotation.method), target_of(rotation.path, type(), address), {}};
    if (rotation.chooses())
        request.body = json::serialize(json::object{{rotation.secret, "a-password-of-the-owner"}});
    const auto answer = write(request);
    const auto after = look(address).value();
    const auto* fresh = value_at(after.whole, rotation.secret);
    ASSERT_NE(fresh, nullptr);
    EXPECT_NE(*fresh, *value_at(before.whole, rotation.secret));
    EXPECT_EQ(*value_at(answer.at("data").as_object(), rotation.secret), *fresh) << "the answer shows it";
    if (rotation.chooses()) {
        EXPECT_EQ(*fresh, "a-password-of-the-owner");
    }
    auto was = lasting(before.whole);
    auto is = lasting(after.whole);
    was.erase(rotation.secret);
    is.erase(rotation.secret);
    EXPECT_EQ(unlike(was, is), "");
}

}  // namespace
}  // namespace trunkwarden::simulator
