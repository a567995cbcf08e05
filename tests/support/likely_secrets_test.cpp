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

TEST(LikelySecrets, LeaveWhatHelps)
{
    for (const auto* text :
         {"10010 Authorization failed: You do not have permission to perform this action.",
          "10011 Too many requests", "10015 Bad Request: page[size] must be at most 250",
          "10027 Unprocessable Entity: The 'daily_spend_limit' must not be null.",
          "20002 API Key revoked: The API key looks malformed. Check if you copied it correctly.",
          "The password must be at least 8 characters", "the 'sip_password' is too short",
          "must be E.164 or an IPv6 address, as TeXML wants",
          "Resource 6b6d4a52-0d4c-4f0e-8a55-2f1b6f3a9c01 does not exist", "1293384261075731499 not found",
          ""})
        EXPECT_EQ(without_likely_secrets(text), text);
}

}  // namespace
}  // namespace trunkwarden
