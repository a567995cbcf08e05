#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

// Gives a fuzzer every file of the folders named, once, without fuzzing: faults that were found before must
// stay corrected, with any compiler and any sanitizer.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            out.push_back(entry.path());
    std::ranges::sort(out);
    return out;
}

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int main(int count, char** arguments)
{
    std::size_t replayed = 0;
    for (int at = 1; at < count; ++at)
        for (const auto& file : files_below(arguments[at])) {
            const auto content = content_of(file);
            // A read beyond its end is seen.
            const std::vector<std::uint8_t> exact(content.begin(), content.end());
            std::fprintf(stderr, "%s\n", file.c_str());  // shown when it ends here
            LLVMFuzzerTestOneInput(exact.data(), exact.size());
            ++replayed;
        }
    std::printf("%zu inputs replayed\n", replayed);
    return replayed > 0 ? 0 : 1;
}
