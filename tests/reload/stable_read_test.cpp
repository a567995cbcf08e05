#include "reload/stable_read.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace trunkwarden {
namespace {

// Files in memory. The settings file names the others: "a.yml" or "a.yml b.yml".
class StableRead : public testing::Test {
protected:
    StableRead()
    {
        known.files = {"a.yml", "settings.yml"};
        known.content = content_of(known.files);
    }

    stable_read read(reload_cause cause)
    {
        config_files files;
        files.files_of = [](const settings&) { return config_files::paths{"settings.yml"}; };
        files.digest_of = [this](const config_files::paths& names) { return content_of(names); };
        files.read = [this] {
            ++reads;
            files_reading out;
            out.looked_at = {"a.yml"};
            if (text["settings.yml"] == "names b.yml")
                out.looked_at.emplace_back("b.yml");
            text["settings.yml"] = after_reading.value_or(text["settings.yml"]);
            return out;
        };
        return read_until_stable(files, in_force, known, cause);
    }
    digest content_of(const config_files::paths& names)
    {
        std::string all;
        for (const auto& name : names)
            all += name.string() + '=' + text[name.string()] + '\n';
        return sha256(all);
    }

    std::map<std::string, std::string> text;
    std::optional<std::string> after_reading;  // somebody edits the settings while they are read
    int reads = 0;
    settings in_force;
    known_files known;
};

TEST_F(StableRead, ReadsNothingWhenTheFilesHaveTheSameContent)
{
    EXPECT_TRUE(read(reload_cause::files_changed).is_unchanged);
    EXPECT_EQ(reads, 0);
}

TEST_F(StableRead, ReadsTheSameContentWhenAPersonAsks)
{
    const auto out = read(reload_cause::asked);
    EXPECT_FALSE(out.is_unchanged);
    EXPECT_EQ(reads, 1);
    EXPECT_EQ(out.known.content, known.content);
}

TEST_F(StableRead, ReadsWhenItIsNotKnownWhatWasReadLast)
{
    known.content.reset();
    EXPECT_FALSE(read(reload_cause::files_changed).is_unchanged);
    EXPECT_EQ(reads, 1);
}

TEST_F(StableRead, ReadsOnceWhenTheFilesAreTheSameOnes)
{
    text["a.yml"] = "edited";
    const auto out = read(reload_cause::files_changed);
    EXPECT_EQ(reads, 1);
    EXPECT_EQ(out.known.files, known.files);
    EXPECT_EQ(out.known.content, content_of(known.files));
}

TEST_F(StableRead, ReadsAgainWhenTheSettingsNameOtherFiles)
{
    text["settings.yml"] = "names b.yml";
    const auto out = read(reload_cause::files_changed);
    EXPECT_EQ(reads, 2) << "b.yml may have changed before its digest was made";
    EXPECT_EQ(out.known.files, (config_files::paths{"a.yml", "b.yml", "settings.yml"}));
    EXPECT_EQ(out.known.content, content_of(out.known.files));
}

TEST_F(StableRead, TakesAnEditDuringTheReadingForAnotherContent)
{
    text["a.yml"] = "edited";
    const auto before = content_of(known.files);
    after_reading = "edited as well";
    const auto out = read(reload_cause::files_changed);
    EXPECT_EQ(out.known.content, before) << "the digest is of the content that was there before";
    EXPECT_NE(out.known.content, content_of(known.files));
}

TEST_F(StableRead, KnowsNoContentWhenTheFilesAreOthersAtEachReading)
{
    text["settings.yml"] = "names b.yml";
    after_reading = "names a.yml only";
    const auto out = read(reload_cause::files_changed);
    EXPECT_EQ(reads, 2);
    EXPECT_FALSE(out.known.content) << "so that the next look reads once more";
}

}  // namespace
}  // namespace trunkwarden
