#include "account/connection_counts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "snapshot/answer_form.hpp"
#include "snapshot/json_reader.hpp"

namespace trunkwarden {
namespace {

failure not_understood(std::string_view why)
{
    return {errc::not_understood, fmt::format("GET {}: {}", connection_counts_path, why)};
}

}  // namespace

result<kind_counts> counts_in(const std::string& body)
{
    json_reader reader;
    const auto answer = reader.parse(body, deepest_answer);
    if (!answer)
        return not_understood(answer.error().message);
    simdjson::dom::object counts;
    if ((*answer)["data"]["counts"].get_object().get(counts) != simdjson::SUCCESS)
        return not_understood("the answer has no data.counts; " + form_of(*answer));
    kind_counts out;
    for (const auto& [name, value] : counts) {
        std::uint64_t number = 0;
        if (value.get_uint64().get(number) != simdjson::SUCCESS)
            return not_understood("a number of data.counts is none");
        if (!out.emplace(std::string(name), number).second)
            return not_understood("data.counts has a number twice");
    }
    if (out.empty())
        return not_understood("data.counts is empty");
    return out;
}

bool connection_counts::list_showed(std::size_t resource, std::size_t objects)
{
    auto& list = lists_[resource];
    list.shown = objects;
    if (list.differs && objects >= list.differs->least)
        list.differs.reset();
    else if (list.differs)
        ++list.differs->readings;
    const bool is_short = list.differs && list.differs->is_certain();
    return std::exchange(list.was_short, is_short) != is_short;
}

void connection_counts::counted(std::size_t resource, std::uint64_t objects, std::string kinds)
{
    const auto known = lists_.find(resource);
    if (known == lists_.end())
        return;
    auto& differs = known->second.differs;
    if (objects <= known->second.shown) {
        differs.reset();
        return;
    }
    if (!differs)
        differs = disagreement{objects, 0, 0, {}};
    differs->least = std::min(differs->least, objects);
    differs->kinds = std::move(kinds);
    ++differs->numbers;
}

optional_reason connection_counts::shortage_of(std::size_t resource) const
{
    const auto known = lists_.find(resource);
    if (known == lists_.end() || !known->second.differs || !known->second.differs->is_certain())
        return std::nullopt;
    const auto& differs = *known->second.differs;
    return fmt::format("GET {} counts {} {}, and the list shows {}", connection_counts_path, differs.least,
                       differs.kinds, known->second.shown);
}

bool connection_counts::is_open(std::size_t resource) const
{
    const auto known = lists_.find(resource);
    return known != lists_.end() && known->second.differs && !known->second.differs->is_certain();
}

bool connection_counts::is_open() const
{
    return std::ranges::any_of(lists_, [this](const auto& list) { return is_open(list.first); });
}

}  // namespace trunkwarden
