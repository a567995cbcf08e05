#include "fetch/gunzip.hpp"

#include <array>
#include <new>
#include <zlib.h>

namespace trunkwarden {

struct gunzip::stream {
    z_stream z{};
    std::array<char, 32 * 1024> expanded;
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
    if (piece.empty() || now_ == state::broken || now_ == state::too_large)
        return now_;
    auto& z = stream_->z;
    z.next_in =
        const_cast<Bytef*>(reinterpret_cast<const Bytef*>(piece.data()));  // zlib does not write there
    z.avail_in = static_cast<uInt>(piece.size());
    bool more_to_come_out = true;
    while (z.avail_in > 0 || more_to_come_out) {
        if (now_ == state::whole) {
            if (z.avail_in == 0)
                break;
            ::inflateReset(&z);  // a gzip file may have several members (RFC 1952, 2.2)
            now_ = state::more_expected;
        }
        z.next_out = reinterpret_cast<Bytef*>(stream_->expanded.data());
        z.avail_out = static_cast<uInt>(stream_->expanded.size());
        const int outcome = ::inflate(&z, Z_NO_FLUSH);
        if (outcome != Z_OK && outcome != Z_STREAM_END && outcome != Z_BUF_ERROR)
            return now_ = state::broken;
        const auto size = stream_->expanded.size() - z.avail_out;
        if (size > limit_ - into_.size())
            return now_ = state::too_large;
        into_.append(stream_->expanded.data(), size);
        more_to_come_out = z.avail_out == 0;
        if (outcome == Z_STREAM_END)
            now_ = state::whole;
    }
    return now_;
}

}  // namespace trunkwarden
