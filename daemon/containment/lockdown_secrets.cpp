#include "containment/lockdown_secrets.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/rand.h>

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <utility>

#include "support/atomic_write.hpp"
#include "support/escape.hpp"
#include "support/json_view.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
constexpr std::size_t length_of_password = 32;

// Larger than 100,000 secrets, and small enough to be read at once.
constexpr std::size_t most_bytes = std::size_t{128} * 1024 * 1024;

constexpr std::string_view head_of_credentials =
    "# New secrets: object, what it is for, secret, state; with tabs between them. Written again by "
    "every run of\n"
    "# trunkwarden lockdown. Give them to the systems that need them, then delete this file and "
    "secrets.jsonl.\n";

// A text member; nothing when it is not there or no text.
std::optional<std::string> text_in(const json::object& line, std::string_view member)
{
    const auto* value = line.if_contains(view(member));
    if (value == nullptr || !value->is_string())
        return std::nullopt;
    return std::string(value->get_string());
}

std::optional<unsigned> round_in(const json::object& line)
{
    const auto* value = line.if_contains("round");
    if (value == nullptr || !value->is_int64() || value->get_int64() < 1 || value->get_int64() > 1'000'000)
        return std::nullopt;
    return static_cast<unsigned>(value->get_int64());
}

// Nothing when a member is missing, or is not what keep() writes.
std::optional<new_secret> secret_in(const json::object& line)
{
    auto resource = text_in(line, "resource");
    auto id = text_in(line, "id");
    auto member = text_in(line, "member");
    auto label = text_in(line, "label");
    auto value = text_in(line, "secret");
    auto at = text_in(line, "at");
    const auto maker = value_named<secret_maker>(text_in(line, "made_by").value_or(""));
    const auto state = value_named<secret_state>(text_in(line, "state").value_or(""));
    const auto round = round_in(line);
    const bool is_whole = resource && id && member && label && value && at && maker && state && round;
    if (!is_whole || value->empty())
        return std::nullopt;
    new_secret out;
    out.key = {std::move(*resource), std::move(*id), std::move(*member), *round};
    out.label = std::move(*label);
    out.made_by = *maker;
    out.value = secret(std::move(*value));
    out.state = *state;
    out.at = std::move(*at);
    return out;
}

std::string line_for_memory(const new_secret& secret, const std::string& account)
{
    json::object out;
    out["account"] = view(account);
    out["resource"] = view(secret.key.resource);
    out["id"] = view(secret.key.object_id);
    out["member"] = view(secret.key.member);
    out["round"] = secret.key.round;
    out["label"] = view(secret.label);
    out["made_by"] = view(name_of(secret.made_by));
    out["secret"] = view(secret.value.reveal());
    out["state"] = view(name_of(secret.state));
    out["at"] = view(secret.at);
    return json::serialize(out) + '\n';
}

// A line for people. Nothing that an intruder wrote ends a line or a column: printable() escapes tabs and
// line ends.
std::string row_of(const new_secret& secret)
{
    const bool holds = secret.state == secret_state::active;
    return fmt::format("{}/{}\t{}: {}\t{}\t{} {}\n", secret.key.resource, printable(secret.key.object_id),
                       printable(secret.label), secret.key.member, printable(secret.value.reveal(), 1000),
                       holds ? "active since" : "not known to be active; made at", printable(secret.at));
}

bool is_same_place(const secret_key& key, const secret_key& other)
{
    return key.resource == other.resource && key.object_id == other.object_id && key.member == other.member;
}

result<void> write_and_wipe(const fs::path& file, std::string text)
{
    auto written = atomic_write(file, text, 0600);
    std::ranges::fill(text, '\0');
    return written;
}

fs::path memory_in(const fs::path& folder)
{
    return folder / "secrets.jsonl";
}

failure unusable(const fs::path& file, std::string_view why)
{
    return {errc::bad_file,
            fmt::format("{}: {}; a secret in it may be active, so that nothing is written over it: keep "
                        "the folder, and name another one with --directory (which makes all secrets "
                        "again)",
                        file.string(), why)};
}

}  // namespace

result<lockdown_secrets> lockdown_secrets::read(const fs::path& folder, const std::string& account)
{
    lockdown_secrets out(folder, account);
    const auto file = memory_in(folder);
    if (!file_exists(file)) {
        if (file_exists(out.credentials()))
            return unusable(out.credentials(),
                            "there is no secrets.jsonl beside it, from which it is written");
        return out;
    }
    auto text = read_text_file(file, most_bytes);
    if (!text)
        return text.error();
    std::size_t number = 0;
    result<void> taken;
    for (std::size_t at = 0; at < text->size() && taken;) {
        const auto end = text->find('\n', at);
        if (end == std::string::npos)
            taken = unusable(file, "its last line is cut off");
        else
            taken = out.take(text->substr(at, end - at), ++number);
        at = end == std::string::npos ? text->size() : end + 1;
    }
    std::ranges::fill(*text, '\0');
    if (!taken)
        return taken.error();
    return out;
}

result<void> lockdown_secrets::take(const std::string& line, std::size_t number)
{
    const auto file = memory_in(folder_);
    json::error_code failed;
    const auto parsed = json::parse(line, failed);
    if (failed || !parsed.is_object())
        return unusable(file, fmt::format("line {} is damaged", number));
    auto secret = secret_in(parsed.get_object());
    if (!secret)
        return unusable(file, fmt::format("line {} is not one of this version of trunkwarden", number));
    if (text_in(parsed.get_object(), "account") != account_)
        return unusable(file, fmt::format("line {} is of another account", number));
    if (find(secret->key) != nullptr)
        return unusable(file, fmt::format("line {} is about the same secret as another", number));
    if (secret->made_by == secret_maker::trunkwarden &&
        !has_form_of_random_password(secret->value.reveal())) {
        not_used_.push_back(fmt::format(
            "line {} of {} has a {} for {} that trunkwarden cannot have made: it is not used, and "
            "not in credentials.txt",
            number, file.string(), printable(secret->key.member), printable(secret->label)));
        unused_.push_back(line + '\n');
        return {};
    }
    known_.push_back(std::move(*secret));
    return {};
}

const new_secret* lockdown_secrets::find(const secret_key& key) const
{
    const auto found = std::ranges::find(known_, key, &new_secret::key);
    return found == known_.end() ? nullptr : &*found;
}

result<void> lockdown_secrets::keep(new_secret secret)
{
    secret.label = printable(secret.label);
    auto before = known_;
    const auto known = std::ranges::find(known_, secret.key, &new_secret::key);
    if (known == known_.end())
        known_.push_back(std::move(secret));
    else
        *known = std::move(secret);
    auto written = write_both();
    if (!written)
        known_ = std::move(before);  // a secret that is not on the disk is not remembered, and so never sent
    return written;
}

result<void> lockdown_secrets::note_active(const secret_key& key)
{
    const auto known = std::ranges::find(known_, key, &new_secret::key);
    if (known == known_.end())
        return {};
    known->state = secret_state::active;
    return write_both();  // when it fails, the file says less than is true
}

// The remembered ones first: without them, the list that people read could not be continued.
result<void> lockdown_secrets::write_both() const
{
    std::string lines;
    for (const auto& name : unused_)
        lines += name;
    for (const auto& secret : known_)
        lines += line_for_memory(secret, account_);
    if (auto written = write_and_wipe(memory_in(folder_), std::move(lines)); !written)
        return written;
    return write_and_wipe(credentials(), for_people());
}

// A replaced secret is of no use any more, but only once the later one is known to be active.
bool lockdown_secrets::is_shown(const new_secret& secret) const
{
    return std::ranges::none_of(known_, [&secret](const new_secret& other) {
        return is_same_place(secret.key, other.key) && other.key.round > secret.key.round &&
               other.state == secret_state::active;
    });
}

std::string lockdown_secrets::for_people() const
{
    std::string out(head_of_credentials);
    for (const auto& secret : known_)
        if (is_shown(secret))
            out += row_of(secret);
    return out;
}

secret random_password()
{
    std::string out;
    out.reserve(length_of_password + 1);
    while (out.size() < length_of_password) {
        unsigned char byte = 0;
        if (RAND_bytes(&byte, 1) != 1)
            throw std::runtime_error("the system's random source gave nothing: no password can be made");
        if (byte < 256 / letters.size() * letters.size())  // each as likely as any other
            out += letters[byte % letters.size()];
    }
    return secret(std::move(out));
}

bool has_form_of_random_password(std::string_view text)
{
    return text.size() == length_of_password && text.find_first_not_of(letters) == std::string_view::npos;
}

}  // namespace trunkwarden
