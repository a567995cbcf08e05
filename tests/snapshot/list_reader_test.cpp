#include "snapshot/list_reader.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "catalogue/catalogue.hpp"

namespace trunkwarden {
namespace {

class SeveralReadings : public testing::Test {
protected:
    void take(std::size_t page, const std::vector<std::pair<int, std::string>>& objects)
    {
        std::string items;
        for (const auto& [id, address] : objects)
            items +=
                fmt::format(R"({}{{"id":"{}","ip_address":"{}"}})", items.empty() ? "" : ",", id, address);
        std::string body;
        body.reserve(items.size() + 100 + body_padding);
        body += R"({"data":[)" + items + "]}";
        ASSERT_TRUE(reader.take(page, std::move(body)));
    }
    static std::vector<std::string> shown(const list_contents& contents)
    {
        std::vector<std::string> out;
        for_each(objects_of(contents, 0), [&out](const object_view& object) {
            out.push_back(fmt::format("{} {}", object.id(), object.field(0)));
        });
        return out;
    }

    fingerprinter secrets;
    page_hasher hasher;
    page_parser parser{{find_resource("ips")}, secrets};
    list_reader reader{parser, hasher, nullptr};
};

TEST_F(SeveralReadings, ShowEverythingWhenThereIsOne)
{
    take(1, {{1, "192.0.2.1"}, {2, "192.0.2.2"}});
    EXPECT_EQ(reader.shown_by_every_reading(), reader.reading());
}

TEST_F(SeveralReadings, ShowTheObjectsThatAreInEachOfThemAsTheLastShowedThem)
{
    take(1, {{1, "192.0.2.1"}, {2, "192.0.2.2"}});
    take(2, {{3, "192.0.2.3"}, {9, "192.0.2.9"}});
    reader.restart();
    take(1, {{0, "192.0.2.0"}, {1, "192.0.2.1"}});
    take(2, {{9, "192.0.2.9"}});
    reader.restart();
    take(1, {{2, "192.0.2.2"}, {1, "192.0.2.111"}});
    take(2, {{9, "192.0.2.9"}, {1, "192.0.2.1"}});
    const auto contents = reader.shown_by_every_reading();
    EXPECT_EQ(shown(*contents), (std::vector<std::string>{"1 192.0.2.111", "9 192.0.2.9"}))
        << "2 was not in the second reading, 1 moved to another page meanwhile";
    EXPECT_EQ(shown(*reader.reading()).size(), 4U);
}

TEST_F(SeveralReadings, ShowNothingWhenOneReadingShowedNothing)
{
    take(1, {{1, "192.0.2.1"}});
    reader.restart();
    take(1, {});
    reader.restart();
    take(1, {{1, "192.0.2.1"}});
    EXPECT_TRUE(shown(*reader.shown_by_every_reading()).empty());
}

}  // namespace
}  // namespace trunkwarden
