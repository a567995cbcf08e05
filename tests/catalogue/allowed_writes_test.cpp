#include "catalogue/allowed_writes.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "account/account.hpp"
#include "catalogue/catalogue.hpp"
#include "support/escape.hpp"

namespace trunkwarden {
namespace {

using request = std::pair<std::string, std::string>;  // method and target

const allowed_writes all = writes_for(api_keys_shape{});

std::string with_id(std::string_view path, std::string_view id)
{
    std::string out(path);
    for (auto at = out.find('{'); at != std::string::npos; at = out.find('{', at + id.size()))
        out.replace(at, out.find('}', at) - at + 1, id);
    return out;
}

// Every request that the catalogue has, written out by hand: an entry that gains one is seen here.
const std::set<request> written_out{
    {"PATCH", "/credential_connections/{id}"},
    {"PATCH", "/ip_connections/{id}"},
    {"PATCH", "/fqdn_connections/{id}"},
    {"PATCH", "/fqdn_connections/{id}/fqdn_authentication"},
    {"DELETE", "/custom_storage_credentials/{id}"},
    {"PATCH", "/uac_connections/{id}"},
    {"PATCH", "/external_connections/{id}"},
    {"DELETE", "/ips/{id}"},
    {"POST", "/ips"},
    {"PATCH", "/ips/{id}"},
    {"DELETE", "/fqdns/{id}"},
    {"POST", "/fqdns"},
    {"PATCH", "/fqdns/{id}"},
    {"DELETE", "/telephony_credentials/{id}"},
    {"PATCH", "/texml_applications/{id}"},
    {"PATCH", "/call_control_applications/{id}"},
    {"PATCH", "/fax_applications/{id}"},
    {"PATCH", "/outbound_voice_profiles/{id}"},
    {"PATCH", "/messaging_profiles/{id}"},
    {"POST", "/messaging_profiles/{id}/actions/regenerate_secret"},
    {"DELETE", "/ai/assistants/{id}"},
    {"POST", "/ai/assistants/{id}"},
    {"PATCH", "/phone_numbers/{id}/voice"},
    {"PATCH", "/phone_numbers/{id}"},
    {"PATCH", "/phone_numbers/{id}/messaging"},
    {"DELETE", "/verified_numbers/{id}"},
    {"PATCH", "/portouts/{id}/rejected-pending"},
    {"POST", "/organizations/users/{id}/actions/remove"},
    {"PATCH", "/authentication_providers/{id}"},
    {"DELETE", "/oauth_clients/{id}"},
    {"PUT", "/oauth_clients/{id}"},
    {"DELETE", "/oauth_grants/{id}"},
    {"POST", "/iam/api_keys/{id}/actions/deactivate"},
    {"POST", "/iam/api_keys/{id}/actions/activate"},
    {"DELETE", "/api_keys/{id}"},
    {"POST", "/iam/service_accounts/{id}/actions/disable"},
    {"POST", "/iam/service_accounts/{id}/actions/enable"},
    {"POST", "/iam/service_accounts/{service_account_id}/tokens/{id}/actions/deactivate"},
    {"POST", "/iam/service_accounts/{service_account_id}/tokens/{id}/actions/activate"},
    {"PATCH", "/iam/settings"},
    {"DELETE", "/iam/grants/{id}"},
    {"POST", "/iam/grants"},
    {"PATCH", "/v2/mobile_voice_connections/{id}"},
    {"PATCH", "/v2/mobile_phone_numbers/{id}"},
    {"PATCH", "/mobile_voice_connections/{id}"},  // where they are not below /v2 once more
    {"PATCH", "/mobile_phone_numbers/{id}"},
    {"DELETE", "/ai/mcp_servers/{id}"},
    {"POST", "/ai/mcp_servers"},
    {"PUT", "/ai/mcp_servers/{id}"},
    {"DELETE", "/ai/tools/{id}"},
    {"PATCH", "/ai/tools/{id}"},
    {"DELETE", "/verify_profiles/{id}"},
    {"PATCH", "/verify_profiles/{id}"},
    {"DELETE", "/messaging_hosted_number_orders/{id}"},
    {"PATCH", "/whatsapp/business_accounts/{id}/settings"},
    {"PATCH", "/short_codes/{id}"},
    {"DELETE", "/access_ip_address/{id}"},
    {"POST", "/access_ip_address"},
    {"DELETE", "/access_ip_ranges/{id}"},
    {"POST", "/access_ip_ranges"},
    {"DELETE", "/integration_secrets/{id}"},
    {"DELETE", "/wireguard_peers/{id}"},
    {"POST", "/calls/{id}/actions/hangup"},
    {"POST", "/managed_accounts/{id}/actions/disable"},
    {"POST", "/managed_accounts/{id}/actions/enable"},
    {"DELETE", "/notification_channels/{id}"},
    {"POST", "/notification_channels"},
    {"PATCH", "/notification_channels/{id}"},
    {"DELETE", "/notification_settings/{id}"},
    {"POST", "/notification_settings"},
    {"PATCH", "/payment/auto_recharge_prefs"},
};

TEST(AllowedWrites, AreThoseOfTheCatalogueAndNoOthers)
{
    std::set<request> found;
    for (const auto& shape : all.shapes())
        found.emplace(shape.method, shape.path);
    for (const auto& [method, path] : found)
        EXPECT_TRUE(written_out.contains({method, path})) << "not written out: " << method << ' ' << path;
    for (const auto& [method, path] : written_out)
        EXPECT_TRUE(found.contains({method, path})) << "not in the catalogue: " << method << ' ' << path;
    EXPECT_EQ(all.shapes().size(), found.size()) << "none twice";
}

TEST(AllowedWrites, AreNoneUntilSomebodySaysWhich)
{
    const allowed_writes none;
    for (const auto& [method, path] : written_out)
        EXPECT_FALSE(none.allows(method, with_id(path, "1"))) << method << ' ' << path;
}

// The forms of ids: digits, UUIDs, +E.164, names that people gave, texts in any language.
TEST(AllowedWrites, TakeAnyIdThatIsOneSegment)
{
    for (const auto& [method, path] : written_out)
        for (const std::string_view id : {"1293384261075731499", "6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01",
                                          "+14155550150", "assistant-0f1e", "...", "..a", ".hidden", "a b",
                                          "k\xc3\xbc"
                                          "che",
                                          "100", "{id}", "a:b@c", "voice", "~"})
            EXPECT_TRUE(all.allows(method, with_id(path, percent_encoded(id))))
                << method << ' ' << path << id;
}

TEST(AllowedWrites, RefuseIdsThatLeadElsewhere)
{
    for (const auto& [method, path] : written_out) {
        if (path.find("{id}") == std::string::npos)
            continue;
        for (const std::string_view id :
             {"",      ".",   "..",           "%2e",  "%2E%2e",        ".%2e",       "1/2",   "1%2f2",
              "1%2F2", "%2f", "..%2fips%2f1", "1%00", "1%0d%0aX:%20y", "1%7f",       "1\n",   "1\r\n",
              "1%",    "1%2", "1%zz",         "%",    "1%252f2",       "%252e%252e", "1?x=1", "1?",
              "1#",    "1#x", "1;x=y",        "1\\2", "1%5c2",         "1 2",        " ",     "1\x80",
              "1\"",   "<1>", "1|2"})
            EXPECT_FALSE(all.allows(method, with_id(path, id))) << method << ' ' << path << " with " << id;
        const std::string nul(
            "1\0"
            "2",
            3);
        EXPECT_FALSE(all.allows(method, with_id(path, nul))) << method << ' ' << path;
    }
}

TEST(AllowedWrites, RefuseEverythingAroundATarget)
{
    for (const auto& [method, path] : written_out) {
        const auto good = with_id(path, "1");
        ASSERT_TRUE(all.allows(method, good));
        for (const auto& evil : {good + "/",
                                 good + "//",
                                 good + "/x",
                                 good + "/..",
                                 good + "?",
                                 good + "?force=true",
                                 good + "#",
                                 good + "%2f",
                                 good + "/../../users/1",
                                 "/" + good,
                                 (good.starts_with("/mobile_") ? "/v3" : "/v2") + good,
                                 "/." + good,
                                 "/x/.." + good,
                                 "x" + good,
                                 " " + good,
                                 good + " ",
                                 good.substr(1),
                                 "https://api.telnyx.com/v2" + good,
                                 "//evil.example" + good,
                                 good + "\r\nX: y",
                                 good + "\n"})
            EXPECT_FALSE(all.allows(method, evil)) << method << ' ' << evil;
    }
}

TEST(AllowedWrites, TakeTheirOwnMethodOnly)
{
    for (const auto& [allowed, path] : written_out)
        for (const std::string method :
             {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "patch",
              "Delete", "PATCH ", " PATCH", "PATCHX", "PATC", ""})
            EXPECT_EQ(all.allows(method, with_id(path, "1")), written_out.contains({method, path}))
                << method << ' ' << path;
}

TEST(AllowedWrites, RefuseWhatTheCatalogueDoesNotDo)
{
    const std::vector<request> evil{
        {"DELETE", "/outbound_voice_profiles/1"},
        {"POST", "/outbound_voice_profiles"},
        {"DELETE", "/credential_connections/1"},
        {"POST", "/credential_connections"},
        {"DELETE", "/ip_connections/1"},
        {"DELETE", "/fqdn_connections/1"},
        {"DELETE", "/texml_applications/1"},
        {"POST", "/texml_applications"},
        {"DELETE", "/call_control_applications/1"},
        {"DELETE", "/phone_numbers/1"},
        {"POST", "/phone_numbers/1"},
        {"DELETE", "/phone_numbers/1/voice"},
        {"PATCH", "/phone_numbers/1/voicemail"},
        {"PATCH", "/phone_numbers"},
        {"POST", "/number_orders"},
        {"DELETE", "/messaging_profiles/1"},
        {"POST", "/messaging_profiles"},
        {"POST", "/messages"},
        {"POST", "/calls"},
        {"PATCH", "/organizations/users/1"},
        {"DELETE", "/organizations/users/1"},
        {"POST", "/organizations/users/1"},
        {"POST", "/organizations/users"},
        {"POST", "/organizations/users/1/actions/invite"},
        {"POST", "/organizations/users/actions/remove"},
        {"POST", "/organizations/users//actions/remove"},
        {"POST", "/organizations/users/1/2/actions/remove"},
        {"DELETE", "/authentication_providers/1"},
        {"POST", "/authentication_providers"},
        {"POST", "/oauth_clients"},
        {"POST", "/oauth/token"},
        {"POST", "/api_keys"},
        {"PATCH", "/api_keys/1"},
        {"DELETE", "/api_keys"},
        {"DELETE", "/ips"},
        {"DELETE", "/ips/1/2"},
        {"PUT", "/ips/1"},
        {"PATCH", "/portouts/1/authorized"},
        {"PATCH", "/portouts/1"},
        {"POST", "/managed_accounts"},
        {"POST", "/managed_accounts/1/actions/delete"},
        {"DELETE", "/managed_accounts/1"},
        {"DELETE", "/payment/auto_recharge_prefs"},
        {"POST", "/payment/auto_recharge_prefs"},
        {"PATCH", "/payment/auto_recharge_prefs/1"},
        {"POST", "/payment/stored_payment_transactions"},
        {"POST", "/messaging_profiles/1/actions/delete"},
        {"POST", "/credential_connections/1/actions/check_registration_status"},
        {"DELETE", "/verified_numbers"},
        {"POST", "/verified_numbers"},
        {"PATCH", "/access_ip_address/1"},
        {"POST", "/access_ip_ranges/1"},
        {"POST", "/sim_cards/1/actions/disable"},
        {"DELETE", "/billing_groups/1"},
        {"PATCH", "/IPS/1"},
        {"PATCH", "/%69ps/1"},
        {"PATCH", "/"},
        {"PATCH", ""},
        {"DELETE", "*"},
        {"DELETE", "/{id}"},
    };
    for (const auto& [method, target] : evil)
        EXPECT_FALSE(all.allows(method, target)) << method << ' ' << target;
}

TEST(AllowedWrites, RefuseWhatTheCatalogueDoesNotDoInIam)
{
    const std::vector<request> evil{
        {"DELETE", "/iam/api_keys/1"},
        {"POST", "/iam/api_keys"},
        {"POST", "/iam/api_keys/1/scopes"},
        {"POST", "/api_keys/1/actions/activate"},
        {"POST", "/iam/service_accounts"},
        {"POST", "/iam/service_accounts/1/tokens"},
        {"DELETE", "/iam/service_accounts/1/tokens/2"},
        {"POST", "/iam/service_accounts//tokens/2/actions/activate"},
        {"POST", "/iam/service_accounts/../tokens/2/actions/activate"},
        {"DELETE", "/whatsapp/business_accounts/1"},
        {"PATCH", "/iam/roles/1"},
        {"PATCH", "/iam/settings/1"},
        {"POST", "/phone_numbers/jobs/update_phone_numbers"},
    };
    for (const auto& [method, target] : evil)
        EXPECT_FALSE(all.allows(method, target)) << method << ' ' << target;
}

TEST(AllowedWrites, FollowTheSettingsOfTheApiKeys)
{
    api_keys_shape shape;
    shape.path = "/v1/keys";
    const allowed_writes here{types_for(shape)};
    EXPECT_TRUE(here.allows("DELETE", "/v1/keys/1"));
    EXPECT_FALSE(here.allows("DELETE", "/api_keys/1"));
    EXPECT_FALSE(here.allows("DELETE", "/v1/keys"));
}

TEST(AllowedWrites, OfAListOfApiKeysThatTheSettingsNameAreThoseOfThatListAlone)
{
    api_keys_shape shape;
    shape.path = "/v1/keys";
    const auto elsewhere = writes_for(shape);
    EXPECT_TRUE(elsewhere.allows("DELETE", "/v1/keys/1"));
    EXPECT_FALSE(elsewhere.allows("DELETE", "/api_keys/1"));
    EXPECT_FALSE(elsewhere.allows("POST", "/iam/api_keys/1/actions/deactivate"));
    shape.path = "/iam/api_keys";
    const auto of_iam = writes_for(shape);
    EXPECT_TRUE(of_iam.allows("POST", "/iam/api_keys/1/actions/deactivate"));
    EXPECT_FALSE(of_iam.allows("DELETE", "/iam/api_keys/1"));
    EXPECT_FALSE(of_iam.allows("DELETE", "/api_keys/1"));
}

TEST(AllowedWrites, TakeNothingForAListThatHasNoPath)
{
    resource_type nowhere;
    nowhere.contain.method = "DELETE";
    nowhere.restore.method = "PATCH";
    const allowed_writes here{std::span<const resource_type>(&nowhere, 1)};
    EXPECT_TRUE(here.shapes().empty());
}

std::vector<std::string> segments_of(std::string_view path)
{
    std::vector<std::string> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        out.emplace_back(path.substr(0, path.find('/')));
        path.remove_prefix(out.back().size());
    }
    return out;
}

// Whether another reader of URLs reads the target as one of the requests, about one object.
bool boost_agrees(const std::string& method, const std::string& target)
{
    const auto parsed = boost::urls::parse_origin_form(target);
    if (!parsed || parsed->has_query() || parsed->has_fragment())
        return false;
    std::vector<std::string> given;
    for (const auto segment : parsed->segments())
        given.emplace_back(segment.begin(), segment.end());
    return std::ranges::any_of(written_out, [&](const request& request) {
        const auto wanted = segments_of(request.second);
        if (request.first != method || wanted.size() != given.size())
            return false;
        for (std::size_t at = 0; at < wanted.size(); ++at) {
            const bool is_id = wanted[at].starts_with('{');
            const bool names_one =
                given[at].find_first_of(std::string_view("/\0\r\n", 4)) == std::string::npos &&
                !given[at].empty() && given[at] != "." && given[at] != "..";
            if (is_id ? !names_one : given[at] != wanted[at])
                return false;
        }
        return true;
    });
}

class mutations {
public:
    explicit mutations(unsigned seed) : random_(seed) {}

    std::size_t below(std::size_t end) { return random_() % end; }

    std::string shown(std::string target)
    {
        static constexpr std::string_view pieces[] = {
            "/",   "//", "..",  "/../", "/./",      "%2f", "%2F",   "%2e",  "%2e%2e/", "%00",  "%0d%0a", "?",
            "?x=", "#",  ";",   "\\",   "%5c",      "%",   "%2",    " ",    "+",       "*",    "x",      "1",
            "@",   ":",  "%25", "%20",  "/actions", "ips", "users", "\r\n", "\x7f",    "\xff", "{id}",   "&"};
        for (auto times = 1 + below(3); times > 0; --times) {
            const auto at = below(target.size() + 1);
            switch (below(5)) {
                case 0:
                    target.insert(at, pieces[below(std::size(pieces))]);
                    break;
                case 1:
                    target.erase(at, 1 + below(3));
                    break;
                case 2:
                    target.insert(at, 1, static_cast<char>(random_()));
                    break;
                case 3:
                    target.insert(at, target.substr(below(target.size() + 1), below(8)));
                    break;
                default:
                    if (at < target.size())
                        target[at] = static_cast<char>(target[at] ^ (1 << below(8)));
                    break;
            }
        }
        return target;
    }

private:
    std::mt19937 random_;
};

TEST(AllowedWrites, StayOneObjectOfTheListHoweverATargetIsBent)
{
    constexpr unsigned rounds = 200'000;
    mutations bend(20261126);
    const std::vector<request> from(written_out.begin(), written_out.end());
    std::size_t still_allowed = 0;
    std::size_t refused = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        const auto& [method, path] = from[bend.below(from.size())];
        const auto target = bend.shown(with_id(path, "12933-84%2B"));
        if (!all.allows(method, target)) {
            ++refused;
            continue;
        }
        ++still_allowed;
        ASSERT_TRUE(boost_agrees(method, target)) << "round " << round << ": " << method << ' ' << target;
    }
    EXPECT_GT(still_allowed, rounds / 20) << "a generator that makes nothing allowed shows nothing";
    EXPECT_GT(refused, rounds / 2);
}

}  // namespace
}  // namespace trunkwarden
