# cpack: a Debian package.   cmake --workflow --preset package
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME netlogd)
set(CPACK_PACKAGE_VERSION ${NETLOGD_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "collector of syslog, SNMP traps and flow exports")
set(CPACK_PACKAGE_DESCRIPTION
  "netlogd takes syslog (UDP, TCP, TLS), SNMP traps and informs and flow exports of network
devices, reads them, adds what the inventory knows, and writes rotated JSON lines and a SQLite
file. netlog is the command beside it for people.")
set(CPACK_PACKAGE_CONTACT "netlogd <root@localhost>")
set(CPACK_STRIP_FILES ON)
# /etc and /lib are not below /usr.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tzdata, systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "lnav, jq, sqlite3, prometheus, bash-completion")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_CURRENT_LIST_DIR}/conffiles ${CMAKE_CURRENT_LIST_DIR}/postinst
  ${CMAKE_CURRENT_LIST_DIR}/prerm ${CMAKE_CURRENT_LIST_DIR}/postrm)
include(CPack)
