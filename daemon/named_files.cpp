#include "named_files.hpp"

#include <fmt/format.h>
#include <string>

#include "support/secret.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {
namespace {

using std::filesystem::path;

void add(std::vector<path>& to, const path& file)
{
    if (!file.empty())
        to.push_back(file);
}

}  // namespace

std::vector<path> files_of(const sink_settings& sink)
{
    std::vector<path> out;
    add(out, sink.url_file);
    add(out, sink.secret_file);
    add(out, sink.routing_key_file);
    return out;
}

std::vector<path> files_of(const account_settings& account)
{
    std::vector<path> out;
    add(out, account.api_key.file);
    add(out, account.ca_file);
    return out;
}

std::vector<path> files_of(const settings& all)
{
    std::vector<path> out{all.file};
    for (const auto& account : all.accounts) {
        add(out, account.baseline_file);
        for (auto& file : files_of(account))
            out.push_back(std::move(file));
    }
    for (const auto& sink : all.alerts.sinks)
        for (auto& file : files_of(sink))
            out.push_back(std::move(file));
    return out;
}

digest digest_of(const std::vector<path>& files)
{
    constexpr std::size_t largest = 64UL * 1024 * 1024;  // no file that we take is larger
    std::string marks;
    for (const auto& file : files) {
        auto text = read_text_file(file, largest);
        const auto kind = text ? 0 : static_cast<int>(text.error().kind) + 1;
        const secret content(text ? std::move(*text) : std::string{});
        const auto mark = sha256(content.reveal());
        marks += fmt::format("{}\n{}\n", file.string(), kind) + hex(mark.data(), mark.size()) + '\n';
    }
    return sha256(marks);
}

}  // namespace trunkwarden
