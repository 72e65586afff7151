# netlogd_version(out): the version from the newest tag v1.2.3: "1.2.3", behind it "1.2.3+5.g0abcdef";
# before the first tag "0.1.0+COMMITS.gHASH"; without git the version of the project.
function(netlogd_version out)
  set(${out} ${PROJECT_VERSION} PARENT_SCOPE)
  find_program(GIT git)
  if(NOT GIT OR NOT EXISTS ${PROJECT_SOURCE_DIR}/.git)
    return()
  endif()
  execute_process(COMMAND ${GIT} -C ${PROJECT_SOURCE_DIR} describe --tags --match "v[0-9]*"
    OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE no_tag)
  if(NOT no_tag AND described MATCHES "^v([0-9][0-9a-z.~]*)(-([0-9]+)-(g[0-9a-f]+))?$")
    if(CMAKE_MATCH_2)
      set(${out} "${CMAKE_MATCH_1}+${CMAKE_MATCH_3}.${CMAKE_MATCH_4}" PARENT_SCOPE)
    else()
      set(${out} "${CMAKE_MATCH_1}" PARENT_SCOPE)
    endif()
    return()
  endif()
  execute_process(COMMAND ${GIT} -C ${PROJECT_SOURCE_DIR} rev-list --count HEAD
    OUTPUT_VARIABLE commits OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  execute_process(COMMAND ${GIT} -C ${PROJECT_SOURCE_DIR} rev-parse --short HEAD
    OUTPUT_VARIABLE hash OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed AND hash)
    set(${out} "${PROJECT_VERSION}+${commits}.g${hash}" PARENT_SCOPE)
  endif()
endfunction()
