#include "fetch/gunzip.hpp"

#include <gtest/gtest.h>

#include <zlib.h>

namespace trunkwarden {
namespace {

std::string gzipped(const std::string& text)
{
    z_stream z{};
    EXPECT_EQ(::deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string packed(::deflateBound(&z, text.size()) + 64, '\0');
    std::string plain = text;
    z.next_in = reinterpret_cast<Bytef*>(plain.data());
    z.avail_in = static_cast<uInt>(plain.size());
    z.next_out = reinterpret_cast<Bytef*>(packed.data());
    z.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(::deflate(&z, Z_FINISH), Z_STREAM_END);
    packed.resize(packed.size() - z.avail_out);
    ::deflateEnd(&z);
    return packed;
}

std::string long_text()
{
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += std::to_string(i) + ' ';
    return text;
}

TEST(Gunzip, ExpandsWhateverThePiecesAre)
{
    const auto text = long_text();
    const auto packed = gzipped(text);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, packed.size()}) {
        std::string out;
        gunzip expand(out, text.size());
        for (std::size_t at = 0; at < packed.size(); at += piece)
            expand.take(std::string_view(packed).substr(at, piece));
        EXPECT_EQ(expand.now(), gunzip::state::whole);
        EXPECT_EQ(out, text);
    }
}

TEST(Gunzip, IsNotWholeBeforeItsEnd)
{
    const auto packed = gzipped("hello");
    std::string out;
    gunzip expand(out, 100);
    EXPECT_EQ(expand.take(std::string_view(packed).substr(0, packed.size() - 1)),
              gunzip::state::more_expected);
    EXPECT_EQ(expand.take(std::string_view(packed).substr(packed.size() - 1)), gunzip::state::whole);
}

TEST(Gunzip, StopsAtTheLimit)
{
    const std::string zeros(10'000'000, '0');
    std::string out;
    gunzip expand(out, 1'000'000);
    EXPECT_EQ(expand.take(gzipped(zeros)), gunzip::state::too_large);
    EXPECT_LE(out.capacity(), 4'000'000U);
    EXPECT_EQ(expand.take("more"), gunzip::state::too_large);

    std::string exact;
    gunzip fits(exact, zeros.size());
    EXPECT_EQ(fits.take(gzipped(zeros)), gunzip::state::whole);
    std::string one_less;
    gunzip does_not(one_less, zeros.size() - 1);
    EXPECT_EQ(does_not.take(gzipped(zeros)), gunzip::state::too_large);
}

TEST(Gunzip, ReadsSeveralMembersAsOne)
{
    std::string out;
    gunzip expand(out, 100);
    EXPECT_EQ(expand.take(gzipped("one ") + gzipped("two")), gunzip::state::whole);
    EXPECT_EQ(out, "one two");
}

TEST(Gunzip, SeesDamage)
{
    std::string out;
    EXPECT_EQ(gunzip(out, 100).take("this is not gzip"), gunzip::state::broken);
    auto packed = gzipped("hello");
    packed[packed.size() - 6] = static_cast<char>(~packed[packed.size() - 6]);  // its checksum
    EXPECT_EQ(gunzip(out, 100).take(packed), gunzip::state::broken);
    EXPECT_EQ(gunzip(out, 100).take(gzipped("hello") + "garbage"), gunzip::state::broken);
}

}  // namespace
}  // namespace trunkwarden
