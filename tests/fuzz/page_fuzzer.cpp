#include <cstdint>
#include <string>

#include "catalogue/catalogue.hpp"
#include "findings/ledger.hpp"
#include "snapshot/page_parser.hpp"

// Any bytes as an answer of the API, through every resource's parser, the diff and the wording of findings.
// The first byte picks the resource. Nothing may crash; objects that parse must be judged without a secret
// showing.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    using namespace trunkwarden;
    if (size == 0)
        return 0;
    const resource_type& type = catalogue[bytes[0] % catalogue.size()];
    if (type.pages == paging::no_endpoint)
        return 0;
    static const fingerprinter secrets;
    page_parser parser({&type}, secrets);
    std::string body(reinterpret_cast<const char*>(bytes + 1), size - 1);
    body.reserve(body.size() + body_padding);
    const auto parsed = parser.parse(body);
    if (!parsed)
        return 0;
    const entry_list nothing_trusted;
    const accepted_secrets none;
    const trusted_state by{nothing_trusted, none, {}};
    ledger findings("fuzz");
    auto deviations = diff(type, by, {parsed->objects.front()}, extent::complete);
    findings.apply(type, std::move(deviations), {}, {});
    return 0;
}
