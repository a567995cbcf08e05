#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace trunkwarden {

// Expands gzip as it arrives, onto the end of a string that may not grow beyond a limit.
class gunzip {
public:
    enum class state { more_expected, whole, broken, too_large };

    gunzip(std::string& into, std::size_t limit);
    ~gunzip();
    gunzip(const gunzip&) = delete;
    gunzip& operator=(const gunzip&) = delete;

    state take(std::string_view piece);

    // Whether what came so far is a whole gzip file.
    state now() const { return now_; }

private:
    struct stream;
    bool expand_some();
    std::unique_ptr<stream> stream_;
    std::string& into_;
    std::size_t limit_;
    state now_ = state::more_expected;
};

}  // namespace trunkwarden
