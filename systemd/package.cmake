# The installed files and their places, and the target "package": build/release/trunkwarden_VERSION-1_amd64.deb.
# Included by the CMakeLists.txt of the project, whose paths it uses. README.md beside this file explains the package.

include(GNUInstallDirs)
set(doc_folder ${CMAKE_INSTALL_DATADIR}/doc/trunkwarden)
set(share_folder ${CMAKE_INSTALL_DATADIR}/trunkwarden)

# The time of everything that carries one, so that one commit makes one package, for any builder at any time.
if(DEFINED ENV{SOURCE_DATE_EPOCH})
    set(package_time $ENV{SOURCE_DATE_EPOCH})
else()
    execute_process(COMMAND git -C ${CMAKE_CURRENT_SOURCE_DIR} log -1 --format=%ct OUTPUT_VARIABLE package_time
                    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT package_time)
    string(TIMESTAMP package_time %s UTC)  # no clone, no commit: no two packages are the same
endif()

set(package_files)
function(add_package_file result folder)  # what COMMAND writes, with its DEPENDS, becomes a file of the package
    cmake_parse_arguments(made "" "" "COMMAND;DEPENDS" ${ARGN})
    add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/package/${result} COMMAND ${made_COMMAND} DEPENDS ${made_DEPENDS} VERBATIM)
    # OPTIONAL: "cmake --install" works without it; the target "package" makes it first.
    install(FILES ${CMAKE_BINARY_DIR}/package/${result} DESTINATION ${folder} OPTIONAL)
    set(package_files ${package_files} ${CMAKE_BINARY_DIR}/package/${result} PARENT_SCOPE)
endfunction()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/package)

# The program. Never the simulator: it has no install rule.
install(TARGETS trunkwarden RUNTIME)

# systemd
install(FILES systemd/trunkwarden.service DESTINATION lib/systemd/system)
install(FILES systemd/trunkwarden.sysusers DESTINATION lib/sysusers.d RENAME trunkwarden.conf)
install(FILES systemd/trunkwarden.tmpfiles DESTINATION lib/tmpfiles.d RENAME trunkwarden.conf)
install(FILES systemd/debian/trunkwarden.yml DESTINATION /etc/trunkwarden)

# Files that operators copy from, and editors read
install(FILES config/schema/trunkwarden.schema.json config/schema/baseline.schema.json DESTINATION ${share_folder}/schema)
install(FILES config/prometheus/trunkwarden.rules.yml config/prometheus/prometheus.example.yml DESTINATION ${share_folder}/prometheus)
install(FILES config/alertmanager/alertmanager.example.yml DESTINATION ${share_folder}/alertmanager)
install(FILES config/grafana/trunkwarden.json DESTINATION ${share_folder}/grafana)
install(FILES config/trunkwarden.yml config/baseline.example.yml DESTINATION ${doc_folder}/examples)

# Documents: at the paths below docs/, because findings and rules link to file:///usr/share/doc/trunkwarden/...
install(DIRECTORY docs/ DESTINATION ${doc_folder} FILES_MATCHING PATTERN "*.md"
        PATTERN man EXCLUDE PATTERN docs/changelog.md EXCLUDE)
install(FILES systemd/debian/copyright DESTINATION ${doc_folder})
install(FILES systemd/debian/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME trunkwarden)
# The names that Debian has for them: what is new in trunkwarden, and in the package of it.
foreach(pair docs/changelog.md:changelog.gz systemd/debian/changelog:changelog.Debian.gz)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 source)
    list(GET pair 1 packed)
    add_package_file(${packed} ${doc_folder}
        COMMAND sh -c "gzip -9nc < $1 > $2" gzip ${CMAKE_CURRENT_SOURCE_DIR}/${source} ${CMAKE_BINARY_DIR}/package/${packed}
        DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${source})
endforeach()

file(GLOB man_sources CONFIGURE_DEPENDS docs/man/*.scd)
find_program(SCDOC scdoc)
foreach(source ${man_sources})
    get_filename_component(page ${source} NAME_WLE)                # trunkwarden.yml.5
    string(REGEX REPLACE ".*\\." "" section ${page})
    if(SCDOC)
        add_package_file(${page}.gz ${CMAKE_INSTALL_MANDIR}/man${section}
            COMMAND ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=${package_time}
                    sh -c "$1 < $2 | gzip -9n > $3" scdoc ${SCDOC} ${source} ${CMAKE_BINARY_DIR}/package/${page}.gz
            DEPENDS ${source})
    endif()
endforeach()

if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/config/completions/trunkwarden.bash)
    install(FILES config/completions/trunkwarden.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME trunkwarden)
endif()
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/config/completions/_trunkwarden)
    install(FILES config/completions/_trunkwarden DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endif()

# The parts of the program, for anybody who has to ask "are we affected?". Ninja knows which headers were read.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_package_file(sbom.cdx.json ${doc_folder}
    COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/systemd/make_sbom.py --binary $<TARGET_FILE:trunkwarden>
            --build-folder ${CMAKE_BINARY_DIR} --version ${PROJECT_VERSION} --revision ${TRUNKWARDEN_REVISION}
            --time ${package_time} --output ${CMAKE_BINARY_DIR}/package/sbom.cdx.json
    DEPENDS trunkwarden ${CMAKE_CURRENT_SOURCE_DIR}/systemd/make_sbom.py)

# The package itself
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME trunkwarden)
set(CPACK_PACKAGE_VENDOR trunkwarden)
set(CPACK_PACKAGE_CONTACT "trunkwarden maintainers <maintainers@trunkwarden.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "ca-certificates, init-system-helpers (>= 1.54), libcurl4, \
systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "prometheus, prometheus-alertmanager, minisign")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A daemon that watches Telnyx accounts through their API, compares what they
hold with a baseline that people write, and tells when one is being taken
over: unknown trunks, addresses and applications, calls forwarded elsewhere,
new API keys and users, loosened limits. Blind spots are reported, too.
.
Alerts go to Alertmanager, PagerDuty, Slack, a webhook or people by mail.
Changes can be contained and undone. After the installation, trunkwarden init
asks for the first account, and starts the service.")
set(scripts ${CMAKE_CURRENT_SOURCE_DIR}/systemd/debian)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${scripts}/conffiles;${scripts}/postinst;${scripts}/prerm;${scripts}/postrm")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# CPack takes the time of the members from its environment, and reads this before it begins.
file(WRITE ${CMAKE_BINARY_DIR}/package/time.cmake "set(ENV{SOURCE_DATE_EPOCH} ${package_time})\n")
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package/time.cmake)
# Not in the place where CMake looks for it: it would make a target "package" that builds every test first.
set(CPACK_OUTPUT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package/CPackConfig.cmake)
set(CPACK_SOURCE_OUTPUT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package/CPackSourceConfig.cmake)
include(CPack)

if(NOT CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
    set(no_package "packages are made by the release preset: cmake --preset release && cmake --build --preset release --target package")
elseif(man_sources AND NOT SCDOC)
    set(no_package "scdoc, which makes the man pages, is not installed: .ci/install, then cmake --preset release")
endif()
if(no_package)
    add_custom_target(package COMMAND ${CMAKE_COMMAND} -E echo "trunkwarden: ${no_package}" COMMAND ${CMAKE_COMMAND} -E false VERBATIM)
else()
    add_custom_target(package COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/systemd/pack ${CMAKE_CPACK_COMMAND}
                              ${CPACK_OUTPUT_CONFIG_FILE} ${CMAKE_BINARY_DIR}
                      DEPENDS trunkwarden ${package_files} COMMENT "Making the Debian package" VERBATIM)
endif()
