#include "watch/note_forgotten.hpp"

namespace trunkwarden {

void note_forgotten(logger& log, metrics& counters, std::string_view kind, std::size_t count)
{
    if (count == 0)
        return;
    counters.forgotten(kind, count);
    log.info("some of the past is forgotten, because there was too much of it or it is old",
             {{"kind", kind}, {"count", count}});
}

}  // namespace trunkwarden
