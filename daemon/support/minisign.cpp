#include "support/minisign.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>

namespace trunkwarden {
namespace {

template <std::size_t Size>
using bytes = std::array<unsigned char, Size>;
using ed25519_signature = bytes<64>;
using key_id = bytes<8>;

struct public_key_parts {
    key_id id{};
    bytes<32> point{};
};

struct signature_parts {
    bool prehashed = false;
    key_id id{};
    ed25519_signature of_text{};
    std::string_view comment;
    ed25519_signature of_comment{};
};

const unsigned char* raw(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Exactly so many bytes. OpenSSL's decoder skips blanks and accepts stray bits at the end, so its result is
// encoded again and compared: there is one spelling.
template <std::size_t Size>
std::optional<bytes<Size>> decoded(std::string_view text)
{
    constexpr auto groups = (Size + 2) / 3;
    if (text.size() != groups * 4)
        return std::nullopt;
    bytes<groups * 3> padded{};
    bytes<groups * 4 + 1> again{};
    if (EVP_DecodeBlock(padded.data(), raw(text), static_cast<int>(text.size())) < 0)
        return std::nullopt;
    EVP_EncodeBlock(again.data(), padded.data(), static_cast<int>(Size));
    if (!std::equal(text.begin(), text.end(), again.begin(),
                    [](char left, unsigned char right) { return static_cast<unsigned char>(left) == right; }))
        return std::nullopt;
    bytes<Size> out{};
    std::copy_n(padded.begin(), Size, out.begin());
    return out;
}

template <std::size_t From, std::size_t Count, std::size_t Size>
bytes<Count> part(const bytes<Size>& whole)
{
    static_assert(From + Count <= Size);
    bytes<Count> out{};
    std::copy_n(whole.begin() + From, Count, out.begin());
    return out;
}

std::optional<public_key_parts> read_key(std::string_view text)
{
    const auto all = decoded<42>(text);
    if (!all || (*all)[0] != 'E' || (*all)[1] != 'd')
        return std::nullopt;
    return public_key_parts{part<2, 8>(*all), part<10, 32>(*all)};
}

// minisign shows the eight bytes as one little-endian number.
std::string shown(const key_id& id)
{
    std::uint64_t number = 0;
    for (auto at = id.rbegin(); at != id.rend(); ++at)
        number = number << 8U | *at;
    return fmt::format("{:016X}", number);
}

// The next line without its end, be it \n or \r\n.
std::string_view take_line(std::string_view& rest)
{
    const auto end = rest.find('\n');
    auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

bool take_prefix(std::string_view& line, std::string_view prefix)
{
    if (!line.starts_with(prefix))
        return false;
    line.remove_prefix(prefix.size());
    return true;
}

failure untrusted(std::string why)
{
    return {errc::untrusted, std::move(why)};
}

result<signature_parts> read_signature(std::string_view rest)
{
    if (rest.size() > max_minisign_bytes)
        return untrusted(fmt::format("the signature is longer than {} bytes, so minisign did not make it",
                                     max_minisign_bytes));
    auto untrusted_comment = take_line(rest);
    const auto first = take_line(rest);
    signature_parts out;
    out.comment = take_line(rest);
    const auto second = take_line(rest);
    if (!take_prefix(untrusted_comment, "untrusted comment: ") ||
        !take_prefix(out.comment, "trusted comment: "))
        return untrusted("the signature does not have the four lines that minisign writes");
    if (!rest.empty())
        return untrusted("something follows the four lines of the signature");
    const auto of_text = decoded<74>(first);
    const auto of_comment = decoded<64>(second);
    if (!of_text || !of_comment)
        return untrusted("the signature is not the base64 that minisign writes");
    if ((*of_text)[0] != 'E' || ((*of_text)[1] != 'd' && (*of_text)[1] != 'D'))
        return untrusted("the signature is of a kind that is not known here; minisign makes Ed and ED");
    out.prehashed = (*of_text)[1] == 'D';
    out.id = part<2, 8>(*of_text);
    out.of_text = part<10, 64>(*of_text);
    out.of_comment = *of_comment;
    return out;
}

struct free_openssl {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Bytes that are not the encoding of a point are no key: nothing is signed by it.
bool is_signed(std::string_view text, const ed25519_signature& by, const public_key_parts& key)
{
    const std::unique_ptr<EVP_PKEY, free_openssl> ours(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.point.data(), key.point.size()));
    const std::unique_ptr<EVP_MD_CTX, free_openssl> context(EVP_MD_CTX_new());
    if (!ours || !context || EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, ours.get()) != 1)
        throw std::runtime_error("OpenSSL offers no Ed25519; signatures cannot be verified");
    return EVP_DigestVerify(context.get(), by.data(), by.size(), raw(text), text.size()) == 1;
}

std::string blake2b(std::string_view text)
{
    bytes<64> hash{};
    if (EVP_Digest(text.data(), text.size(), hash.data(), nullptr, EVP_blake2b512(), nullptr) != 1)
        throw std::runtime_error("OpenSSL offers no BLAKE2b; signatures cannot be verified");
    return {hash.begin(), hash.end()};
}

// A signature by that key, whose trusted comment is what the signer wrote.
result<signature_parts> read_signature_by(const public_key_parts& key, std::string_view signature)
{
    auto read = read_signature(signature);
    if (!read)
        return read.error();
    if (read->id != key.id)
        return untrusted(
            fmt::format("the signature is by key {}, not by {}", shown(read->id), shown(key.id)));
    std::string with_comment(read->of_text.begin(), read->of_text.end());
    with_comment += read->comment;
    if (!is_signed(with_comment, read->of_comment, key))
        return untrusted(fmt::format("the trusted comment is not what key {} signed", shown(key.id)));
    return read;
}

}  // namespace

optional_reason fault_of_minisign_key(std::string_view public_key)
{
    constexpr std::size_t length = 56;
    if (public_key.size() > length &&
        (public_key.starts_with("RWRTY0Iy") || public_key.starts_with("RWQAAEIy")))
        return "is a secret key: it belongs on the signer's machine only. Make a new pair with \"minisign "
               "-G\", and "
               "name the second line of minisign.pub";
    if (!read_key(public_key))
        return "must be the second line of minisign.pub: 56 letters, digits, + and / that begin with RW";
    return {};
}

std::string minisign_key_id(std::string_view public_key)
{
    const auto key = read_key(public_key);
    return key ? shown(key->id) : std::string{};
}

result<std::string> verify_minisign(std::string_view text, std::string_view signature,
                                    std::string_view public_key)
{
    const auto key = read_key(public_key);
    if (!key)
        return untrusted("the public key " + fault_of_minisign_key(public_key).value());
    const auto read = read_signature_by(*key, signature);
    if (!read)
        return read.error();
    const bool good = read->prehashed ? is_signed(blake2b(text), read->of_text, *key)
                                      : is_signed(text, read->of_text, *key);
    if (!good)
        return untrusted(fmt::format("its content is not what key {} signed", shown(key->id)));
    return std::string(read->comment);
}

result<std::string> trusted_comment_of(std::string_view signature, std::string_view public_key)
{
    const auto key = read_key(public_key);
    if (!key)
        return untrusted("the public key " + fault_of_minisign_key(public_key).value());
    const auto read = read_signature_by(*key, signature);
    if (!read)
        return read.error();
    return std::string(read->comment);
}

std::optional<time_point> time_of_signing(std::string_view trusted_comment)
{
    if (!take_prefix(trusted_comment, "timestamp:"))
        return std::nullopt;
    constexpr std::int64_t last = 253'402'300'799;  // of the year 9999
    std::int64_t seconds = 0;
    const auto* const end = trusted_comment.data() + trusted_comment.size();
    const auto read = std::from_chars(trusted_comment.data(), end, seconds);
    const bool whole = read.ec == std::errc{} && (read.ptr == end || *read.ptr == '\t' || *read.ptr == ' ');
    if (!whole || seconds < 0 || seconds > last)
        return std::nullopt;
    return time_point(std::chrono::seconds(seconds));
}

std::filesystem::path signature_of(const std::filesystem::path& file)
{
    return file.string() + ".minisig";
}

}  // namespace trunkwarden
