#!/bin/sh
# Compares the destination table with Debian's libphonenumber, number by number, and prints where they disagree.
# Not part of the build: libphonenumber-dev cannot be installed beside Boost 1.81, so its headers are unpacked.
# Once: apt-get install libphonenumber8 libabsl-dev libprotobuf-dev
# Usage: tests/destinations/compare_with_libphonenumber.sh, from anywhere. Ends with 1 on a disagreement that
# compare_with_libphonenumber.cpp does not expect, with 77 where the library cannot be had.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

headers=/usr/include
if [ ! -e "$headers/phonenumbers/phonenumberutil.h" ]; then
    chmod 755 "$work"  # apt fetches as another user
    if ! (cd "$work" && apt-get download libphonenumber-dev >/dev/null 2>&1); then
        echo "skipped: libphonenumber's headers are not here and apt-get cannot fetch them"
        exit 77
    fi
    dpkg -x "$work"/libphonenumber-dev_*.deb "$work/unpacked"
    headers=$work/unpacked/usr/include
fi
library=$(ls /usr/lib/*/libphonenumber.so.8 2>/dev/null | head -n 1)
if [ -z "$library" ]; then
    echo "skipped: libphonenumber8 is not installed"
    exit 77
fi
${CXX:-g++} -std=c++20 -O1 -I"$source/daemon" -isystem "$headers" "$here/compare_with_libphonenumber.cpp" \
    "$source/daemon/destinations/destination.cpp" "$library" -lprotobuf -lpthread -o "$work/compare"
"$work/compare"
