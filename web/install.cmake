# cmake -DNPM= -DFOLDER= -DLOG= -DLOCK= -P install.cmake: `npm ci` in FOLDER, tried again when the
# network fails. Build folders share node_modules: one of them installs, the others wait and find it
# done.

get_filename_component(parent ${LOCK} DIRECTORY)
file(MAKE_DIRECTORY ${parent})
file(LOCK ${LOCK} TIMEOUT 900)

set(installed ${FOLDER}/node_modules/.package-lock.json)
set(is_current ON)
foreach(name package.json package-lock.json .npmrc)
  if(EXISTS ${FOLDER}/${name} AND "${FOLDER}/${name}" IS_NEWER_THAN "${installed}")
    set(is_current OFF)
  endif()
endforeach()
if(is_current)
  file(TOUCH_NOCREATE ${installed})
  return()
endif()

foreach(attempt RANGE 1 3)
  # No scripts: nothing that the page needs has to run anything when it is installed.
  execute_process(
    COMMAND ${NPM} ci --ignore-scripts --loglevel=error --fetch-retry-mintimeout=1000
            --fetch-retry-maxtimeout=10000
    WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE status OUTPUT_FILE ${LOG} ERROR_FILE ${LOG})
  if(status EQUAL 0)
    file(TOUCH ${installed})
    return()
  endif()
  math(EXPR pause "2 * ${attempt}")
  execute_process(COMMAND ${CMAKE_COMMAND} -E sleep ${pause})
endforeach()

file(READ ${LOG} said)
string(STRIP "${said}" said)
string(REPLACE "\n" "\n  " said "  ${said}")
message("${said}")
message(FATAL_ERROR "npm could not install the packages of ${FOLDER}: see above, and ${LOG}.\n"
  "Without a network the daemon can be built without the trading page:\n"
  "  TRIBOOK_WEB=OFF ./dev run        or, with CMake:  -DTRIBOOK_WEB=OFF")
