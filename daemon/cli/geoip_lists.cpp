#include "cli/geoip_lists.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <optional>

#include "support/environment.hpp"
#include "support/text_file.hpp"

namespace trunkwarden {

namespace {

constexpr std::size_t largest_list = std::size_t{64} * 1024 * 1024;

bool is_ipv4(const std::array<std::uint8_t, 16>& address)
{
    return address[10] == 0xff && address[11] == 0xff &&
           std::all_of(address.begin(), address.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
}

// The first list of that name in the folders where the XDG Base Directory Specification has shared data.
std::optional<std::filesystem::path> shared_list(std::string_view name)
{
    auto folders = environment_variable("XDG_DATA_DIRS").value_or("");
    if (folders.empty())
        folders = "/usr/local/share:/usr/share";
    for (std::string_view rest = folders; !rest.empty();) {
        const std::filesystem::path folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(folder.native().size() + 1, rest.size()));
        for (const std::string_view owner : {"trunkwarden", "tor"}) {
            auto file = folder / owner / name;
            std::error_code ignored;
            if (std::filesystem::exists(file, ignored))
                return file;
        }
    }
    return std::nullopt;
}

}  // namespace

looked_up_countries countries_of(address_countries addresses)
{
    looked_up_countries out{std::move(addresses), {}};
    for (const bool ipv4 : {true, false}) {
        if (std::ranges::none_of(out.countries,
                                 [ipv4](const auto& pair) { return is_ipv4(pair.first) == ipv4; }))
            continue;
        const std::string_view name = ipv4 ? "geoip" : "geoip6";
        const auto file = shared_list(name);
        if (!file) {
            out.not_known = fmt::format(
                "there is no /usr/local/share/trunkwarden/{0} (take {0} from Debian's package tor-geoipdb)",
                name);
            continue;
        }
        const auto list = read_text_file(*file, largest_list);
        if (list)
            look_up_countries(*list, out.countries);
        else
            out.not_known = list.error().message;
    }
    return out;
}

}  // namespace trunkwarden
