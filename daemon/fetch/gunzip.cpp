#include "fetch/gunzip.hpp"

#include <array>
#include <new>
#include <zlib.h>

namespace trunkwarden {

struct gunzip::stream {
    z_stream z{};
    std::array<char, 32UL * 1024> expanded{};
};

namespace {

constexpr int gzip_only = 16 + MAX_WBITS;

}  // namespace

gunzip::gunzip(std::string& into, std::size_t limit)
    : stream_(std::make_unique<stream>()), into_(into), limit_(limit)
{
    if (::inflateInit2(&stream_->z, gzip_only) != Z_OK)
        throw std::bad_alloc();
}

gunzip::~gunzip()
{
    ::inflateEnd(&stream_->z);
}

gunzip::state gunzip::take(std::string_view piece)
{
    auto& z = stream_->z;
    z.next_in =
        const_cast<Bytef*>(reinterpret_cast<const Bytef*>(piece.data()));  // zlib does not write there
    z.avail_in = static_cast<uInt>(piece.size());
    bool more_to_come_out = false;
    while (z.avail_in > 0 || more_to_come_out) {
        if (now_ == state::broken || now_ == state::too_large)
            break;
        if (now_ == state::whole && z.avail_in > 0) {
            ::inflateReset(&z);  // a gzip file may have several members (RFC 1952, 2.2)
            now_ = state::more_expected;
        }
        more_to_come_out = expand_some();
    }
    return now_;
}

// Fills the buffer once; whether there may be more to come without further input.
bool gunzip::expand_some()
{
    auto& z = stream_->z;
    z.next_out = reinterpret_cast<Bytef*>(stream_->expanded.data());
    z.avail_out = static_cast<uInt>(stream_->expanded.size());
    const int outcome = ::inflate(&z, Z_NO_FLUSH);
    const auto size = stream_->expanded.size() - z.avail_out;
    if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR) {
        now_ = state::broken;
    } else if (size > limit_ - into_.size()) {
        now_ = state::too_large;
    } else {
        into_.append(stream_->expanded.data(), size);
        if (outcome == Z_STREAM_END)
            now_ = state::whole;
    }
    return z.avail_out == 0 && now_ == state::more_expected;
}

}  // namespace trunkwarden
