#pragma once

namespace trunkwarden {

// Counts one more as long as it lives: also when the coroutine that holds it is cancelled in between.
template <class Number>
class counted {
public:
    explicit counted(Number& count) : count_(count) { ++count_; }
    ~counted() { --count_; }
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;

private:
    Number& count_;
};

}  // namespace trunkwarden
