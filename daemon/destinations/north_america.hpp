#pragma once

#include <string_view>

#include "destinations/table_row.hpp"

namespace trunkwarden::dialling_plan {

// +1, the North American Numbering Plan. Area codes: NANPA's assignments as libphonenumber metadata 9.0.43
// has them, read November 2026. A code that is in none of these lists is newer than the table and weighed as
// foreign.
// clang-format off: one row a line
inline constexpr table_row north_america[] = {
    {"1", "area code not in the table", "", foreign},

    // Abroad, dialled as if it were next door; rates are international and US pay-per-call rules do not apply
    // (FCC, "One Ring" phone scam; NANPA lists the countries).
    {"1242", "Bahamas", "BS", high_risk},
    {"1246", "Barbados", "BB", high_risk},
    {"1264", "Anguilla", "AI", high_risk},
    {"1268", "Antigua and Barbuda", "AG", high_risk},
    {"1284", "British Virgin Islands", "VG", high_risk},
    {"1345", "Cayman Islands", "KY", high_risk},
    {"1441", "Bermuda", "BM", high_risk},
    {"1473", "Grenada", "GD", high_risk},
    {"1649", "Turks and Caicos Islands", "TC", high_risk},
    {"1658", "Jamaica", "JM", high_risk},
    {"1664", "Montserrat", "MS", high_risk},
    {"1721", "Sint Maarten", "SX", high_risk},
    {"1758", "Saint Lucia", "LC", high_risk},
    {"1767", "Dominica", "DM", high_risk},
    {"1784", "Saint Vincent and the Grenadines", "VC", high_risk},
    {"1809", "Dominican Republic", "DO", high_risk},
    {"1829", "Dominican Republic", "DO", high_risk},
    {"1849", "Dominican Republic", "DO", high_risk},
    {"1868", "Trinidad and Tobago", "TT", high_risk},
    {"1869", "Saint Kitts and Nevis", "KN", high_risk},
    {"1876", "Jamaica", "JM", high_risk},

    // United States territories: under the FCC's rate integration, so no more than domestic.
    {"1340", "US Virgin Islands", "VI", domestic_like},
    {"1670", "Northern Mariana Islands", "MP", domestic_like},
    {"1671", "Guam", "GU", domestic_like},
    {"1684", "American Samoa", "AS", domestic_like},
    {"1787", "Puerto Rico", "PR", domestic_like},
    {"1939", "Puerto Rico", "PR", domestic_like},

    // Pay-per-call: 900 everywhere, and the 976 exchange of two Caribbean plans.
    // In US and Canadian area codes the 976 exchange is found by rule, in destination.cpp.
    {"1900", "United States and Canada", "US", premium},
    {"1246976", "Barbados", "BB", premium},
    {"1345976", "Cayman Islands", "KY", premium},

    // Toll-free; 822 is reserved for it.
    {"1800", "North American toll-free", "US", domestic_like},
    {"1822", "North American toll-free", "US", domestic_like},
    {"1833", "North American toll-free", "US", domestic_like},
    {"1844", "North American toll-free", "US", domestic_like},
    {"1855", "North American toll-free", "US", domestic_like},
    {"1866", "North American toll-free", "US", domestic_like},
    {"1877", "North American toll-free", "US", domestic_like},
    {"1888", "North American toll-free", "US", domestic_like},

    // Non-geographic: personal numbers (5XX, 622, 633), Canadian services (600), carriers' own (700),
    // government (710).
    {"1500", "North American personal number", "US", shared_cost},
    {"1521", "North American personal number", "US", shared_cost},
    {"1522", "North American personal number", "US", shared_cost},
    {"1523", "North American personal number", "US", shared_cost},
    {"1524", "North American personal number", "US", shared_cost},
    {"1525", "North American personal number", "US", shared_cost},
    {"1526", "North American personal number", "US", shared_cost},
    {"1527", "North American personal number", "US", shared_cost},
    {"1528", "North American personal number", "US", shared_cost},
    {"1529", "North American personal number", "US", shared_cost},
    {"1532", "North American personal number", "US", shared_cost},
    {"1533", "North American personal number", "US", shared_cost},
    {"1544", "North American personal number", "US", shared_cost},
    {"1566", "North American personal number", "US", shared_cost},
    {"1577", "North American personal number", "US", shared_cost},
    {"1588", "North American personal number", "US", shared_cost},
    {"1600", "Canadian non-geographic number", "CA", shared_cost},
    {"1622", "Canadian personal number", "CA", shared_cost},
    {"1633", "Canadian personal number", "CA", shared_cost},
    {"1700", "North American carrier service", "US", special},
    {"1710", "United States government", "US", special},
};
// clang-format on

inline constexpr std::string_view united_states_area_codes[] = {
    "1201", "1202", "1203", "1205", "1206", "1207", "1208", "1209", "1210", "1212", "1213", "1214", "1215",
    "1216", "1217", "1218", "1219", "1220", "1223", "1224", "1225", "1227", "1228", "1229", "1231", "1234",
    "1235", "1239", "1240", "1248", "1251", "1252", "1253", "1254", "1256", "1260", "1262", "1267", "1269",
    "1270", "1272", "1274", "1276", "1279", "1281", "1283", "1301", "1302", "1303", "1304", "1305", "1307",
    "1308", "1309", "1310", "1312", "1313", "1314", "1315", "1316", "1317", "1318", "1319", "1320", "1321",
    "1323", "1324", "1325", "1326", "1327", "1329", "1330", "1331", "1332", "1334", "1336", "1337", "1339",
    "1341", "1346", "1347", "1350", "1351", "1352", "1353", "1360", "1361", "1363", "1364", "1369", "1380",
    "1385", "1386", "1401", "1402", "1404", "1405", "1406", "1407", "1408", "1409", "1410", "1412", "1413",
    "1414", "1415", "1417", "1419", "1423", "1424", "1425", "1430", "1432", "1434", "1435", "1440", "1442",
    "1443", "1445", "1447", "1448", "1458", "1463", "1464", "1469", "1470", "1472", "1475", "1478", "1479",
    "1480", "1484", "1501", "1502", "1503", "1504", "1505", "1507", "1508", "1509", "1510", "1512", "1513",
    "1515", "1516", "1517", "1518", "1520", "1530", "1531", "1534", "1539", "1540", "1541", "1551", "1557",
    "1559", "1561", "1562", "1563", "1564", "1567", "1570", "1571", "1572", "1573", "1574", "1575", "1580",
    "1582", "1585", "1586", "1601", "1602", "1603", "1605", "1606", "1607", "1608", "1609", "1610", "1612",
    "1614", "1615", "1616", "1617", "1618", "1619", "1620", "1623", "1626", "1628", "1629", "1630", "1631",
    "1636", "1640", "1641", "1645", "1646", "1650", "1651", "1656", "1657", "1659", "1660", "1661", "1662",
    "1667", "1669", "1678", "1680", "1681", "1682", "1686", "1689", "1701", "1702", "1703", "1704", "1706",
    "1707", "1708", "1712", "1713", "1714", "1715", "1716", "1717", "1718", "1719", "1720", "1724", "1725",
    "1726", "1727", "1728", "1730", "1731", "1732", "1734", "1737", "1738", "1740", "1743", "1747", "1748",
    "1754", "1757", "1760", "1762", "1763", "1765", "1769", "1770", "1771", "1772", "1773", "1774", "1775",
    "1779", "1781", "1785", "1786", "1801", "1802", "1803", "1804", "1805", "1806", "1808", "1810", "1812",
    "1813", "1814", "1815", "1816", "1817", "1818", "1820", "1821", "1826", "1828", "1830", "1831", "1832",
    "1835", "1838", "1839", "1840", "1843", "1845", "1847", "1848", "1850", "1854", "1856", "1857", "1858",
    "1859", "1860", "1862", "1863", "1864", "1865", "1870", "1872", "1878", "1901", "1903", "1904", "1906",
    "1907", "1908", "1909", "1910", "1912", "1913", "1914", "1915", "1916", "1917", "1918", "1919", "1920",
    "1925", "1928", "1929", "1930", "1931", "1934", "1936", "1937", "1938", "1940", "1941", "1943", "1945",
    "1947", "1948", "1949", "1951", "1952", "1954", "1956", "1959", "1970", "1971", "1972", "1973", "1975",
    "1978", "1979", "1980", "1983", "1984", "1985", "1986", "1989"};

inline constexpr std::string_view canadian_area_codes[] = {
    "1204", "1226", "1236", "1249", "1250", "1257", "1263", "1273", "1289", "1306", "1343", "1354",
    "1365", "1367", "1368", "1382", "1403", "1416", "1418", "1428", "1431", "1437", "1438", "1450",
    "1468", "1474", "1506", "1514", "1519", "1548", "1579", "1581", "1584", "1587", "1604", "1613",
    "1639", "1647", "1672", "1683", "1705", "1709", "1742", "1753", "1778", "1780", "1782", "1807",
    "1819", "1825", "1867", "1873", "1879", "1902", "1905", "1942"};

}  // namespace trunkwarden::dialling_plan
