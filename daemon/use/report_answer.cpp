#include "use/report_answer.hpp"

#include <fmt/format.h>

#include "snapshot/answer_form.hpp"

namespace trunkwarden {

result<simdjson::dom::array> data_of(const result<json_element>& answer, std::string_view name)
{
    if (!answer)
        return failure{answer.error().kind, fmt::format("{}: {}", name, answer.error().message)};
    simdjson::dom::array data;
    if ((*answer)["data"].get(data) != simdjson::SUCCESS)
        return failure{errc::not_understood,
                       fmt::format("{}: the answer has no \"data\" array; {}", name, form_of(*answer))};
    return data;
}

}  // namespace trunkwarden
