#include "watch/use_findings.hpp"

#include <algorithm>
#include <utility>

#include "account/account_exposure.hpp"

namespace trunkwarden {

std::vector<told_excess> told_in(const ledger& findings, const resource_type& type)
{
    std::vector<told_excess> out;
    const auto open = findings.open().find(type.name);
    if (open == findings.open().end())
        return out;
    for (const auto& [id, known] : open->second)
        if (known.deviation.kind != deviation_kind::blind)
            out.push_back({known.deviation, known.opened,
                           known.contained_as ? std::optional(known.contained_as->at) : std::nullopt});
    return out;
}

std::vector<told_excess> excesses_told(const ledger& findings, const resource_type& type)
{
    auto out = told_in(findings, type);
    std::erase_if(out,
                  [](const told_excess& told) { return told.deviation.kind != deviation_kind::exceeded; });
    return out;
}

void apply_use(account& account, std::size_t place, std::vector<deviation> deviations,
               const observation& observation)
{
    if (!deviations.empty()) {
        const account_exposure exposures(account);
        for (auto& found : deviations)
            found.exposure = exposures.exposure_of(found);
    }
    account.io.publish(
        account.memory.findings.apply(account.config.types[place], std::move(deviations), observation, {}));
}

void leave_out_use(account& account, std::size_t place)
{
    const auto now = account.io.now();
    account.view.coverage[place].leave_out();
    const observation observation{extent::complete, now, now};
    apply_use(account, place, {}, observation);
}

}  // namespace trunkwarden
