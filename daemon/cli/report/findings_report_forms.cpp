#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

#include "cli/report/findings_report.hpp"
#include "findings/finding_json.hpp"
#include "findings/finding_ocsf.hpp"
#include "findings/finding_order.hpp"

// The forms of the list of findings that programs read.

namespace trunkwarden {

std::string findings_report_json(std::vector<finding> findings, const link_settings& to)
{
    std::ranges::sort(findings, is_shown_before);
    boost::json::array out;
    for (const auto& finding : findings)
        out.push_back(to_json(finding, to));
    return boost::json::serialize(out) + '\n';
}

std::string findings_report_ocsf(std::vector<finding> findings, time_point now, const link_settings& to)
{
    std::ranges::sort(findings, is_shown_before);
    boost::json::array out;
    for (const auto& finding : findings)
        out.push_back(to_ocsf(to_json(finding, to), "", now));
    return boost::json::serialize(out) + '\n';
}

}  // namespace trunkwarden
