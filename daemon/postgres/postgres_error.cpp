#include "postgres/postgres_error.hpp"

namespace trunkwarden {

std::string_view way_out_of(std::string_view sqlstate)
{
    if (sqlstate == sqlstate::read_only)
        return "the server is a standby, or set to read only: name the others in connection_file, too, with "
               "target_session_attrs=read-write";
    if (sqlstate == sqlstate::disk_full)
        return "the disk of the database is full: make room there";
    if (sqlstate == sqlstate::no_right)
        return "the role lacks a right: \"trunkwarden state prepare --print\" shows what an administrator of the "
               "database has to run";
    if (sqlstate == sqlstate::no_such_table)
        return "a table is missing: \"trunkwarden state prepare\" makes them";
    if (sqlstate == "28P01" || sqlstate == "28000")
        return "look at user and password in connection_file, password_file and pg_hba.conf";
    if (sqlstate == "3D000")
        return "create the database, or correct dbname in connection_file";
    if (sqlstate == "53300")
        return "all connections of the server are taken";
    if (sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03")
        return "the server stops or starts";
    return {};
}

}  // namespace trunkwarden
