#include "support/mail_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace trunkwarden {
namespace {

TEST(MailAddress, IsPlain)
{
    for (const char* fine : {"noc@example.com", "n.o-c+tw@mail.example.com", "root@localhost"})
        EXPECT_TRUE(is_mail_address(fine)) << fine;
    for (const char* odd : {"", "@", "noc", "@example.com", "noc@", "a@b@c", "a b@c", "<a@b>", "a@b>",
                            "a@b,c@d", "\"a\"@b", "a@b\r\nBcc: c@d", "a\n@b", "\xC3\xA4@b", "A <a@b>"})
        EXPECT_FALSE(is_mail_address(odd)) << odd;
    EXPECT_FALSE(is_mail_address(std::string(250, 'a') + "@example.com"));
}

}  // namespace
}  // namespace trunkwarden
