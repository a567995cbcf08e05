#pragma once

#include "destinations/table_row.hpp"

namespace trunkwarden::dialling_plan {

// Codes that belong to no country (ITU-T E.164; the codes in use as libphonenumber metadata 9.0.43 has them).
// Digits behind +881: Wikipedia, "Global Mobile Satellite System", which cites the ITU. Read November 2026.
// EMSAT, MCP, AeroMobile and OnAir are as commonly published, not checked against the ITU's own list.
// +882 and +883 as a whole are high risk: tens of small networks, priced by the dollar.
// clang-format off: one row a line
inline constexpr table_row international_services[] = {
    {"800", "international freephone", "001", special},
    {"808", "worldwide", "001", shared_cost},
    {"870", "Inmarsat", "001", satellite},
    {"878", "universal personal number", "001", shared_cost},
    {"881", "global mobile satellite", "001", satellite},
    {"8810", "ICO, withdrawn", "001", satellite},
    {"8811", "ICO, withdrawn", "001", satellite},
    {"8812", "Ellipso, withdrawn", "001", satellite},
    {"8813", "Ellipso, withdrawn", "001", satellite},
    {"8816", "Iridium", "001", satellite},
    {"8817", "Iridium", "001", satellite},
    {"8818", "Globalstar", "001", satellite},
    {"8819", "Globalstar", "001", satellite},
    {"882", "international network", "001", high_risk},
    {"88213", "EMSAT", "001", satellite},
    {"88216", "Thuraya", "001", satellite},
    {"88232", "ship network MCP", "001", satellite},
    {"88298", "aircraft network AeroMobile", "001", satellite},
    {"88299", "aircraft network OnAir", "001", satellite},
    {"883", "international network", "001", high_risk},
    {"888", "disaster relief, withdrawn", "001", special},
    {"979", "worldwide", "001", premium},
    {"991", "international public correspondence trial", "001", special},
};
// clang-format on

}  // namespace trunkwarden::dialling_plan
