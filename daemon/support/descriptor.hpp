#pragma once

#include <unistd.h>

namespace trunkwarden {

// Owns a file descriptor, and closes it. One below zero, as of a call that failed, owns nothing.
class descriptor {
public:
    explicit descriptor(int number) : number_(number) {}
    ~descriptor()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    int number() const { return number_; }
    bool is_open() const { return number_ >= 0; }

private:
    int number_;
};

}  // namespace trunkwarden
