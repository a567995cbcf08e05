#include "settings/referenced_files.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <string>
#include <sys/stat.h>
#include <system_error>

#include "settings/web_config.hpp"
#include "support/digest.hpp"
#include "support/minisign.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {
namespace {

using std::filesystem::path;

void add(std::vector<path>& to, const path& file)
{
    if (!file.empty())
        to.push_back(file);
}

void add_files_of(const connection_settings& connection, std::vector<path>& to)
{
    add(to, connection.tls_config.ca_file);
    add(to, connection.tls_config.cert_file);
    add(to, connection.tls_config.key_file);
    add(to, connection.proxy_url_file);
    add(to, connection.http_headers_file);
}

}  // namespace

std::vector<path> files_of(const sink_settings& sink)
{
    std::vector<path> out;
    add(out, sink.url_file);
    add(out, sink.secret_file);
    add(out, sink.routing_key_file);
    add(out, sink.mail.auth_password_file);
    add_files_of(sink.connection, out);
    if (sink.basic_auth)
        add(out, sink.basic_auth->password_file);
    if (sink.authorization)
        add(out, sink.authorization->credentials_file);
    return out;
}

std::vector<path> files_of(const heartbeat_settings& beat)
{
    std::vector<path> out;
    add(out, beat.url_file);
    add_files_of(beat.connection, out);
    if (beat.authorization)
        add(out, beat.authorization->credentials_file);
    return out;
}

std::vector<path> files_of(const account_settings& account)
{
    std::vector<path> out;
    add(out, account.api_key.file);
    add(out, account.ca_file);
    add_files_of(account.connection, out);
    return out;
}

std::vector<path> files_of(const settings& all)
{
    std::vector<path> out{all.file};
    add(out, all.accounts_dir);
    out.insert(out.end(), all.account_files.begin(), all.account_files.end());
    for (const auto& account : all.accounts) {
        add(out, account.baseline_file);
        if (!account.baseline_public_key.empty())
            add(out, signature_of(account.baseline_file));
        for (auto& file : files_of(account))
            out.push_back(std::move(file));
    }
    if (!all.web.config_file.empty())
        for (auto& file : files_of_web_config(all.web.config_file))
            out.push_back(std::move(file));
    for (const auto& sink : all.alerts.sinks)
        for (auto& file : files_of(sink))
            out.push_back(std::move(file));
    if (all.alerts.heartbeat)
        for (auto& file : files_of(*all.alerts.heartbeat))
            out.push_back(std::move(file));
    return united(std::move(out), {});
}

std::vector<path> united(std::vector<path> some, const std::vector<path>& others)
{
    some.insert(some.end(), others.begin(), others.end());
    std::ranges::sort(some);
    some.erase(std::unique(some.begin(), some.end()), some.end());
    return some;
}

namespace {

// Of a folder: the names in it, sorted.
result<std::string> content_of(const path& file)
{
    constexpr std::size_t largest = 64UL * 1024 * 1024;  // no file that we take is larger
    std::error_code trouble;
    if (!std::filesystem::is_directory(file, trouble))
        return read_text_file(file, largest);
    std::set<std::string> names;
    for (auto at = std::filesystem::directory_iterator(file, trouble);
         !trouble && at != std::filesystem::directory_iterator(); at.increment(trouble))
        names.insert(at->path().filename().string());
    return fmt::format("{}", fmt::join(names, "\n"));
}

}  // namespace

digest digest_of(const std::vector<path>& files)
{
    std::string marks;
    for (const auto& file : files) {
        auto text = content_of(file);
        const auto kind = text ? 0 : static_cast<int>(text.error().kind) + 1;
        const secret content(text ? std::move(*text) : std::string{});
        const auto mark = sha256(content.reveal());
        marks += fmt::format("{}\n{}\n", file.string(), kind) + hex(mark.data(), mark.size()) + '\n';
    }
    return sha256(marks);
}

digest access_of(const account_settings& account, const secret& key)
{
    const auto files = digest_of(files_of(account));
    const auto mark = sha256(key.reveal());
    return sha256(hex(files.data(), files.size()) + hex(mark.data(), mark.size()));
}

bool may_have_changed_since(const std::vector<path>& files, time_point moment)
{
    static constexpr auto tick = std::chrono::milliseconds(20);  // of the clock that dates files
    return std::ranges::any_of(files, [moment](const path& file) {
        struct stat there {};
        if (::stat(file.c_str(), &there) != 0)
            return true;
        const auto changed =
            std::chrono::seconds(there.st_ctim.tv_sec) + std::chrono::nanoseconds(there.st_ctim.tv_nsec);
        return time_point(std::chrono::duration_cast<time_point::duration>(changed)) > moment - tick;
    });
}

}  // namespace trunkwarden
