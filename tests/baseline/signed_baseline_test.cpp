#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

#include "baseline/file/signed_baseline_file.hpp"
#include "catalogue/catalogue.hpp"
#include "fakes/minisign_signer.hpp"
#include "fakes/scratch_folder.hpp"
#include "support/minisign.hpp"

namespace trunkwarden {
namespace {

using fakes::minisign_signer;
using fakes::text_of_file;
using testing::EndsWith;
using testing::HasSubstr;

constexpr std::string_view old_text =
    "version: 1\nips:\n  - ip_address: 192.0.2.1\n  - ip_address: 192.0.2.2\n";
constexpr std::string_view new_text = "version: 1\nips:\n  - ip_address: 192.0.2.1\n";

class SignedBaseline : public testing::Test {
protected:
    void write(std::string_view text, std::string_view signature) const
    {
        write_to(file, text);
        write_to(signature_of(file), signature);
    }
    static void write_to(const std::filesystem::path& to, std::string_view text)
    {
        std::ofstream(to, std::ios::binary) << text;
    }

    signed_reading read() const
    {
        return read_signed_baseline_file(file, signer.public_key(), kept, catalogue);
    }
    // Reads it and takes it, as the daemon does.
    void take()
    {
        const auto reading = read();
        ASSERT_TRUE(reading.source) << reading.baseline_error.value_or("");
        ASSERT_TRUE(keep_baseline(*reading.source, kept));
    }
    result<baseline> read_kept() const { return read_kept_baseline(kept, signer.public_key(), catalogue); }
    static std::size_t ips(const baseline& baseline)
    {
        for (const auto& resource : baseline.resources)
            if (resource.resource() == "ips")
                return resource.entries().size();
        return 0;
    }

    minisign_signer signer{1};
    const fakes::scratch_folder scratch;
    const std::filesystem::path& folder = scratch.path();
    std::filesystem::path file = folder / "baseline.yml";
    std::filesystem::path kept = kept_baseline_file(folder / "state.db", "production");
};

TEST_F(SignedBaseline, IsTakenWithItsSignature)
{
    write(old_text, signer.sign_at(old_text, 1000));
    const auto reading = read();
    EXPECT_EQ(reading.baseline_error, std::nullopt);
    EXPECT_TRUE(reading.read.problems.empty());
    EXPECT_EQ(ips(reading.read.value), 2U);
    ASSERT_TRUE(reading.source);
    EXPECT_EQ(reading.source->text, old_text);
}

TEST_F(SignedBaseline, IsNotTakenWhenItWasEditedSince)
{
    write(old_text, signer.sign_at(new_text, 1000));
    const auto reading = read();
    EXPECT_EQ(reading.baseline_error,
              file.string() + " is not what was signed: its content is not what key " +
                  minisign_key_id(signer.public_key()) +
                  " signed; look at what changed, then sign it with \"minisign -Sm " + file.string() + "\"");
    EXPECT_FALSE(reading.source);
    EXPECT_TRUE(reading.read.value.resources.empty());
}

TEST_F(SignedBaseline, IsNotTakenWithoutASignature)
{
    write_to(file, old_text);
    EXPECT_THAT(read().baseline_error.value_or(""),
                HasSubstr("is not signed: there is no " + signature_of(file).string() + "; look at"));
    std::filesystem::create_directory(signature_of(file));
    EXPECT_EQ(read().baseline_error, "cannot read " + signature_of(file).string() + ": Is a directory");
    std::filesystem::remove(signature_of(file));
    write_to(signature_of(file), std::string(max_minisign_bytes + 1, 'x'));
    EXPECT_THAT(read().baseline_error.value_or(""),
                HasSubstr(".minisig is larger than 10240 bytes, so it is no signature; look at"));
    std::filesystem::remove(file);
    EXPECT_EQ(read().baseline_error, "cannot read " + file.string() + ": No such file or directory");
}

TEST_F(SignedBaseline, IsNotTakenWithTheSignatureOfSomebodyElse)
{
    write(old_text, minisign_signer(2).sign_at(old_text, 1000));
    EXPECT_THAT(read().baseline_error.value_or(""),
                HasSubstr("the signature is by key " + minisign_key_id(minisign_signer(2).public_key()) +
                          ", not by " + minisign_key_id(signer.public_key())));
}

TEST_F(SignedBaseline, TellsWhatIsWrongWithATextThatIsSigned)
{
    const std::string_view bad = "version: 1\nipss: []\n";
    write(bad, signer.sign_at(bad, 1000));
    const auto reading = read();
    EXPECT_EQ(reading.baseline_error, std::nullopt);
    ASSERT_EQ(reading.read.problems.size(), 1U);
    EXPECT_THAT(to_string(reading.read.problems[0]), HasSubstr("baseline.yml:2:1: "));
}

TEST_F(SignedBaseline, IsReadThroughALinkWithTheSignatureBesideTheLink)
{
    std::filesystem::create_directory(folder / "release");
    write_to(folder / "release" / "one.yml", old_text);
    std::filesystem::create_symlink(folder / "release" / "one.yml", file);
    EXPECT_THAT(read().baseline_error.value_or(""), HasSubstr("is not signed"));
    write_to(signature_of(file), signer.sign_at(old_text, 1000));
    EXPECT_EQ(read().baseline_error, std::nullopt);
}

TEST_F(SignedBaseline, StandsBesideTheStateFileForItsOwnerAlone)
{
    EXPECT_EQ(kept, folder / "production.baseline.yml");
    write(old_text, signer.sign_at(old_text, 1000));
    take();
    EXPECT_EQ(text_of_file(kept), old_text);
    EXPECT_EQ(text_of_file(signature_of(kept)), signer.sign_at(old_text, 1000));
    for (const auto& file : {kept, signature_of(kept)}) {
        struct stat about {};
        ASSERT_EQ(::stat(file.c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 07777, 0600U) << file;
    }
}

TEST_F(SignedBaseline, IsVerifiedAgainWhenTheCopyIsUsed)
{
    EXPECT_EQ(read_kept().error().kind, errc::not_found);
    write(old_text, signer.sign_at(old_text, 1000));
    take();
    ASSERT_TRUE(read_kept());
    EXPECT_EQ(ips(read_kept().value()), 2U);
    EXPECT_EQ(read_kept()->file, kept.string());

    write_to(kept, new_text);
    EXPECT_EQ(read_kept().error().kind, errc::untrusted);
    EXPECT_THAT(read_kept().error().message, EndsWith(" signed")) << "nobody is to sign the copy";
    write_to(kept, old_text);
    EXPECT_TRUE(read_kept());
    EXPECT_FALSE(read_kept_baseline(kept, minisign_signer(2).public_key(), catalogue))
        << "the key is another one now";
    std::filesystem::remove(signature_of(kept));
    EXPECT_FALSE(read_kept());
}

// The copy is written in two steps, and the machine may die between them.
TEST_F(SignedBaseline, IsNotUsedFromACopyThatWasWrittenHalf)
{
    write(old_text, signer.sign_at(old_text, 1000));
    take();
    write_to(kept, new_text);
    EXPECT_FALSE(read_kept());
    write(new_text, signer.sign_at(new_text, 2000));
    take();
    EXPECT_EQ(ips(read_kept().value()), 1U);
}

// An older baseline trusts objects that are trusted no more: somebody who can write the file must not bring
// it back.
TEST_F(SignedBaseline, DoesNotComeBackInAnOlderForm)
{
    write(new_text, signer.sign_at(new_text, 2000));
    take();
    write(old_text, signer.sign_at(old_text, 1999));
    const auto reading = read();
    EXPECT_FALSE(reading.source);
    EXPECT_EQ(
        reading.baseline_error,
        file.string() +
            " was signed at 1970-01-01T00:33:19Z, and a baseline that was signed at 1970-01-01T00:33:20Z was "
            "active already: an older baseline must not come back unnoticed; if that is meant, sign it "
            "again with \"minisign -Sm " +
            file.string() + "\"");
    write(old_text, signer.sign(old_text, "approved by dana"));
    EXPECT_THAT(read().baseline_error.value_or(""),
                HasSubstr(" does not say in its trusted comment when it was signed, and a baseline"));

    write(old_text, signer.sign_at(old_text, 2000));
    EXPECT_EQ(read().baseline_error, std::nullopt) << "signed in the same second";
    write(old_text, signer.sign_at(old_text, 2001));
    EXPECT_EQ(read().baseline_error, std::nullopt) << "signed again";
}

TEST_F(SignedBaseline, IsTakenWhenThereIsNoTimeToCompareItsOwnWith)
{
    write(new_text, signer.sign(new_text, "approved by dana"));
    take();
    write(old_text, signer.sign(old_text, "approved by sam"));
    EXPECT_EQ(read().baseline_error, std::nullopt) << "the one in force says no time";
    write_to(signature_of(kept), minisign_signer(2).sign_at(new_text, 9000));
    EXPECT_EQ(read().baseline_error, std::nullopt) << "the one in force was by another key";
    write_to(signature_of(kept), "nonsense");
    EXPECT_EQ(read().baseline_error, std::nullopt);
}

TEST_F(SignedBaseline, SaysWhenItCannotBeKept)
{
    const auto nowhere = folder / "nowhere" / "production.baseline.yml";
    const auto failed = keep_baseline({"text", "signature"}, nowhere);
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr(nowhere.string()));
}

}  // namespace
}  // namespace trunkwarden
