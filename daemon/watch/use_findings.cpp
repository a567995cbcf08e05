#include "watch/use_findings.hpp"

#include "catalogue/catalogue.hpp"

namespace trunkwarden {

std::size_t place_of_role(const account& account, resource_role role)
{
    return place_of_resource(account, resource_of(role).name).value();
}

std::vector<told_excess> told_in(const ledger& findings, const resource_type& type)
{
    std::vector<told_excess> out;
    const auto open = findings.open().find(type.name);
    if (open == findings.open().end())
        return out;
    for (const auto& [id, one] : open->second)
        if (one.what.kind != deviation_kind::blind)
            out.push_back({one.what, one.opened});
    return out;
}

void leave_use_out(account& account, std::size_t place)
{
    const auto now = account.io.now();
    account.view.coverage[place].leave_out();
    const observation how{extent::complete, now, now};
    account.io.publish(account.memory.findings.apply(account.config.types[place], {}, how, {}));
}

}  // namespace trunkwarden
