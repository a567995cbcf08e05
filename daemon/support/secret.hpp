#pragma once

#include <string>
#include <string_view>
#include <utility>

// A value that must not be seen: it has no operator<<, no formatter and no comparison, and its memory is
// wiped when it goes. reveal() is the only way to the text, so that a search finds every place that needs it.

namespace trunkwarden {

class secret {
public:
    secret() = default;
    explicit secret(std::string text) : text_(std::move(text)) {}
    secret(const secret&) = default;
    secret(secret&& other) noexcept;
    secret& operator=(const secret& other);
    secret& operator=(secret&& other) noexcept;
    ~secret();

    bool empty() const { return text_.empty(); }
    std::string_view reveal() const { return text_; }

private:
    void wipe() noexcept;
    std::string text_;
};

}  // namespace trunkwarden
