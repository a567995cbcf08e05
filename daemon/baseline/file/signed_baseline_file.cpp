#include "baseline/file/signed_baseline_file.hpp"

#include <fmt/format.h>
#include <utility>

#include "support/atomic_write.hpp"
#include "support/clock.hpp"
#include "support/minisign.hpp"
#include "support/text_file.hpp"
#include "support/yaml/yaml_events.hpp"

namespace trunkwarden {
namespace {

result<std::string> read_signature_of(const std::filesystem::path& file)
{
    auto signature = read_text_file(signature_of(file), max_minisign_bytes);
    if (signature)
        return signature;
    if (signature.error().kind == errc::not_found)
        return failure{errc::untrusted, fmt::format("{} is not signed: there is no {}", file.string(),
                                                    signature_of(file).string())};
    if (signature.error().kind == errc::too_large)
        return failure{errc::untrusted, signature.error().message + ", so it is no signature"};
    return signature;
}

// The text is read once: the verified bytes are the parsed ones.
result<signed_text> read_verified(const std::filesystem::path& file, std::string_view public_key)
{
    auto text = read_text_file(file, max_yaml_bytes);
    if (!text)
        return text.error();
    auto signature = read_signature_of(file);
    if (!signature)
        return signature.error();
    if (const auto verified = verify_minisign(*text, *signature, public_key); !verified)
        return failure{errc::untrusted,
                       fmt::format("{} is not what was signed: {}", file.string(), verified.error().message)};
    return signed_text{std::move(*text), std::move(*signature)};
}

std::optional<time_point> signed_at(std::string_view signature, std::string_view public_key)
{
    const auto comment = trusted_comment_of(signature, public_key);
    return comment ? time_of_signing(*comment) : std::nullopt;
}

// An old baseline and its signature fit together for ever: somebody who can write the file can bring back
// what was trusted before. Why this is such a one; nullopt too when there is nothing to compare it
// with.
optional_reason fault_of_age(const signed_text& fresh, const std::filesystem::path& file,
                             std::string_view public_key, const std::filesystem::path& kept)
{
    const auto kept_signature = read_text_file(signature_of(kept), max_minisign_bytes);
    if (!kept_signature || *kept_signature == fresh.signature)
        return std::nullopt;
    const auto last = signed_at(*kept_signature, public_key);
    const auto now = signed_at(fresh.signature, public_key);
    if (!last || (now && *now >= *last))
        return std::nullopt;
    const auto when = now ? fmt::format("was signed at {}", rfc3339(*now))
                          : "does not say in its trusted comment when it was signed";
    return fmt::format(
        "{} {}, and a baseline that was signed at {} was active already: an older baseline must not come "
        "back unnoticed; if that is meant, sign it again with \"minisign -Sm {}\"",
        file.string(), when, rfc3339(*last), file.string());
}

}  // namespace

std::filesystem::path kept_baseline_file(const std::filesystem::path& state_file, std::string_view account)
{
    return state_file.parent_path() / fmt::format("{}.baseline.yml", account);
}

signed_reading read_signed_baseline_file(const std::filesystem::path& file, std::string_view public_key,
                                         const std::filesystem::path& kept,
                                         std::span<const resource_type> types)
{
    signed_reading out;
    auto verified = read_verified(file, public_key);
    if (!verified) {
        out.baseline_error = verified.error().message;
        if (verified.error().kind == errc::untrusted)
            *out.baseline_error +=
                fmt::format("; look at what changed, then sign it with \"minisign -Sm {}\"", file.string());
        return out;
    }
    out.baseline_error = fault_of_age(*verified, file, public_key, kept);
    if (out.baseline_error)
        return out;
    out.read = parse_baseline(verified->text, file.string(), types);
    out.source = std::move(*verified);
    return out;
}

result<baseline> read_kept_baseline(const std::filesystem::path& kept, std::string_view public_key,
                                    std::span<const resource_type> types)
{
    const auto verified = read_verified(kept, public_key);
    if (!verified)
        return verified.error();
    auto read = parse_baseline(verified->text, kept.string(), types);
    if (!read.problems.empty())
        return failure{errc::bad_file, to_string(read.problems.front())};
    return std::move(read.value);
}

// The text first: until its signature follows, the two do not fit, and the copy is not used.
result<void> keep_baseline(const signed_text& in_force, const std::filesystem::path& kept)
{
    constexpr mode_t owner_only = 0600;
    if (const auto written = atomic_write(kept, in_force.text, owner_only); !written)
        return written.error();
    return atomic_write(signature_of(kept), in_force.signature, owner_only);
}

}  // namespace trunkwarden
