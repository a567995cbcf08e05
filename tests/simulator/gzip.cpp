#include "simulator/gzip.hpp"

#include <stdexcept>
#include <zlib.h>

namespace trunkwarden::simulator {

std::string gzipped(std::string_view text, int level)
{
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("cannot compress: zlib did not start");
    }
    std::string compressed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    std::string input(text);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_out = static_cast<uInt>(compressed.size());
    const int ended = deflate(&stream, Z_FINISH);
    compressed.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) {
        throw std::runtime_error("cannot compress: the output did not fit");
    }
    return compressed;
}

}  // namespace trunkwarden::simulator
