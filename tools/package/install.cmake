# cmake --install: programs, configuration to edit, data files, unit, manual pages, completion, documents.
# The unit names the installed places. System folders (/etc, /lib) are absolute when the prefix is /usr.
foreach(unit_file service sysusers tmpfiles)
  file(READ systemd/netlogd.${unit_file} text)
  string(REPLACE "/usr/bin/" "${CMAKE_INSTALL_FULL_BINDIR}/" text "${text}")
  string(REPLACE "/etc/netlogd" "${CMAKE_INSTALL_FULL_SYSCONFDIR}/netlogd" text "${text}")
  string(REPLACE "/usr/share/doc/" "${CMAKE_INSTALL_FULL_DATADIR}/doc/" text "${text}")
  file(WRITE ${PROJECT_BINARY_DIR}/install/netlogd.${unit_file} "${text}")
endforeach()

install(TARGETS netlogd netlog netlog-gen)
install(FILES config/netlogd.yaml config/inventory.yaml config/snmp-users.yaml.example
  DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/netlogd)
install(DIRECTORY config/knowledge DESTINATION ${CMAKE_INSTALL_DATADIR}/netlogd)
install(FILES ${PROJECT_BINARY_DIR}/install/netlogd.service DESTINATION lib/systemd/system)
install(FILES ${PROJECT_BINARY_DIR}/install/netlogd.sysusers DESTINATION lib/sysusers.d RENAME netlogd.conf)
install(FILES ${PROJECT_BINARY_DIR}/install/netlogd.tmpfiles DESTINATION lib/tmpfiles.d RENAME netlogd.conf)

install(FILES docs/man/netlog.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES docs/man/netlogd.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES tools/completion/netlog.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME netlog)
install(FILES tools/completion/_netlog DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES config/lnav/netlogd.json DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/lnav/formats/netlogd)

install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN man EXCLUDE)
