#include "web/sparkline.hpp"

#include <algorithm>

namespace trunkwarden {

html sparkline(const std::vector<double>& values, const html& says)
{
    constexpr double width = 120;
    constexpr double height = 22;
    if (values.size() < 2)
        return {};
    const double highest = std::max(*std::ranges::max_element(values), 1e-9);
    const double step = width / static_cast<double>(values.size() - 1);
    std::string points;
    double x = 0;
    for (const double value : values) {
        points += fmt::format("{:.1f},{:.1f} ", x, 1 + height * (1 - value / highest));
        x += step;
    }
    points.pop_back();
    return html::format(
        R"(<svg class="spark" viewBox="0 0 120 24" width="120" height="24" role="img" aria-label="{}">)"
        R"(<polyline points="{}"/></svg>)",
        says, html::text(points, 4000));
}

}  // namespace trunkwarden
