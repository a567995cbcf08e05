#include "containment/stopped_judgement.hpp"

#include <cstdint>
#include <vector>

namespace trunkwarden {

void leave_stopped(judgement& judged, const observed_object& object, const stopped_values& stopped)
{
    std::erase_if(judged.differing, [&](std::uint16_t field) {
        return stopped.has(object.type->name, object.seen().id(), object.type->fields[field].name,
                           object.seen().field(field));
    });
}

}  // namespace trunkwarden
