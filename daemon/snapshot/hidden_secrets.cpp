#include "snapshot/hidden_secrets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "snapshot/fingerprint.hpp"

namespace trunkwarden {

std::vector<std::string_view> hidden_secrets(const resource_type& type, const object_list& objects)
{
    std::vector<std::string_view> out;
    for (std::size_t at = 0; at < type.fields.size(); ++at) {
        if (type.fields[at].kind != value_kind::secret)
            continue;
        bool is_hidden = false;
        for_each(objects, [&is_hidden, at](const object_view& object) {
            is_hidden = is_hidden || object.field(at) == not_shown;
        });
        if (is_hidden)
            out.push_back(type.fields[at].name);
    }
    return out;
}

std::string words_for_hidden(const std::vector<std::string_view>& fields)
{
    return fmt::format(
        "{} {} not shown by the API: a change is noticed by updated_at and the audit log only, and may be "
        "one of another member",
        fmt::join(fields, ", "), fields.size() == 1 ? "is" : "are");
}

}  // namespace trunkwarden
