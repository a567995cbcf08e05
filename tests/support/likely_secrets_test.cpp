#include "support/likely_secrets.hpp"

#include <gtest/gtest.h>

namespace trunkwarden {
namespace {

TEST(LikelySecrets, AreNotRepeated)
{
    for (const auto* text :
         {"10015 Bad Request: hunter2x is not a valid value", "The value 'Tr0ub4dor&3' is too short",
          "sip_password: swordfish", "The password \"correct horse battery\" was used before",
          "password `swordfish` is weak", "sip_password swordfish is weak", "password=swordfish",
          "Key KEY0123456789ABCDEF_abcdefghij is revoked", "secret aBcDeFgH",
          "\"sip_password\":\"swordfish\"", "value p@ss;word, refused", "token 'swordfish",
          "password p4ss:swordfish", "password=Xk9:swordfish", "password 'Ab'swordfish' is weak"}) {
        const auto shown = without_likely_secrets(text);
        for (const auto* secret :
             {"hunter2x", "Tr0ub4dor", "swordfish", "horse", "KEY0123456789ABCDEF", "aBcDeFgH", "p@ss"})
            EXPECT_EQ(shown.find(secret), std::string::npos) << text << " -> " << shown;
        EXPECT_NE(shown.find("(secret)"), std::string::npos) << text;
    }
}

// Nothing was read yet of which the secrets are known: the form of a word has to do.
TEST(LikelySecrets, AreWordsThatAreLongerThanWordsOrMixedHoweverTheyAreWritten)
{
    for (const std::string secret :
         {"KEY0199A1B2C3D4E5F60718293A4B5C6D7E8_Xy1ZaBcDeFgHiJkLmNoPqR", "qwertzuiopasdfghjklyx",
          "QWERTZUIOPASDFGHJKLYX", "correct-horse-battery-staple", "98765432109876543210", "Xk9pQ2zzLm4t",
          "aaaa1111bbbb2222cccc", "dGhpcyBpcyBhIHNlY3JldA==", "p@ssw0rd!", "JBSWY3DPEHPK3PXP"})
        for (const std::string around :
             {"{}", "'{}'", "value={}", "value:{}", "({})", "{},", "{} is not valid"}) {
            auto text = "10015 Bad Request: " + around;
            text.replace(text.find("{}"), 2, secret);
            const auto shown = without_likely_secrets(text);
            EXPECT_EQ(shown.find(secret.substr(0, 6)), std::string::npos) << text << " -> " << shown;
            EXPECT_NE(shown.find("(secret)"), std::string::npos) << text;
        }
    EXPECT_EQ(without_likely_secrets("Authorization: Bearer swordfish"), "Authorization: Bearer (secret)");
    EXPECT_EQ(without_likely_secrets("pwd=swordfish"), "pwd=(secret)");
}

TEST(LikelySecrets, LeaveWhatHelps)
{
    for (const auto* text :
         {"10010 Authorization failed: You do not have permission to perform this action.",
          "10011 Too many requests", "10015 Bad Request: page[size] must be at most 250",
          "10027 Unprocessable Entity: The 'daily_spend_limit' must not be null.",
          "20002 API Key revoked: The API key looks malformed. Check if you copied it correctly.",
          "The password must be at least 8 characters", "the 'sip_password' is too short",
          "must be E.164 or an IPv6 address, as TeXML wants",
          "sip_subdomain_receive_settings is not for credential-authentication",
          "The Bearer token is missing", "Resource 6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01 does not exist",
          "1293384261075731499 not found", ""})
        EXPECT_EQ(without_likely_secrets(text), text);
}

}  // namespace
}  // namespace trunkwarden
