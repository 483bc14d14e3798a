# The trading page of web/terminal: whether it is built, and how files get into the program.
#
# With Node the page is built (web/CMakeLists.txt), compressed (src/gateway/site/compress.mjs) and
# embedded. Without Node the program embeds a small page that says so; that takes CMake alone.
#
#   tribook_site_table(<output.cpp> IDENTITY <folder> [GZIP <folder>] [BROTLI <folder>]
#                      [DEPENDS ...])
#     A source file that holds the files of IDENTITY, with their compressed copies, as the table
#     that src/gateway/site/site.h declares.

set(TRIBOOK_WEB AUTO CACHE STRING "Build the trading page: AUTO (with Node at hand), ON, OFF")
set_property(CACHE TRIBOOK_WEB PROPERTY STRINGS AUTO ON OFF)

set(TRIBOOK_WEB_FOLDER ${PROJECT_SOURCE_DIR}/web/terminal CACHE PATH "The page's sources")
mark_as_advanced(TRIBOOK_WEB_FOLDER)
set(TRIBOOK_WEB_NODE_VERSION "")
find_program(TRIBOOK_NODE NAMES node nodejs)
find_program(TRIBOOK_NPM npm)
mark_as_advanced(TRIBOOK_NODE TRIBOOK_NPM)

# npm keeps to the build folder, and to itself what else it has to say.
set(TRIBOOK_NPM_ENVIRONMENT npm_config_update_notifier=false npm_config_audit=false
    npm_config_fund=false npm_config_progress=false CI=true)
if(NOT DEFINED ENV{npm_config_cache})
  list(APPEND TRIBOOK_NPM_ENVIRONMENT npm_config_cache=${PROJECT_BINARY_DIR}/web/npm-cache)
endif()

# Why the page cannot be built; empty if it can.
function(_tribook_web_obstacle result)
  set(${result} "" PARENT_SCOPE)
  if(NOT TRIBOOK_NODE OR NOT TRIBOOK_NPM)
    set(${result} "Node 18 or later and npm are needed (./dev deps build)" PARENT_SCOPE)
    return()
  endif()
  execute_process(COMMAND ${TRIBOOK_NODE} --version OUTPUT_VARIABLE version RESULT_VARIABLE status
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  string(REGEX REPLACE "^v" "" version "${version}")
  if(NOT status EQUAL 0)
    set(${result} "${TRIBOOK_NODE} does not run: ${status}" PARENT_SCOPE)
    return()
  elseif(version VERSION_LESS 18)
    set(${result} "${TRIBOOK_NODE} is Node ${version}, 18 or later is needed" PARENT_SCOPE)
    return()
  endif()
  set(TRIBOOK_WEB_NODE_VERSION ${version} PARENT_SCOPE)
endfunction()

# Sets TRIBOOK_WEB_BUNDLE: the folder with the page's files, or empty.
macro(_tribook_decide_web)
  set(TRIBOOK_WEB_BUNDLE "")
  _tribook_web_obstacle(obstacle)
  if(TRIBOOK_WEB STREQUAL "AUTO")
    # Quick builds and those of work in progress do without it.
    if(TRIBOOK_SANITIZE OR TRIBOOK_FUZZ OR TRIBOOK_UNFINISHED)
      set(obstacle "not part of this kind of build (-DTRIBOOK_WEB=ON makes it one)")
    endif()
  elseif(NOT TRIBOOK_WEB)
    set(obstacle "TRIBOOK_WEB is ${TRIBOOK_WEB}")
  elseif(obstacle)
    message(FATAL_ERROR "TRIBOOK_WEB is ${TRIBOOK_WEB}, but ${obstacle}.\n"
                        "-DTRIBOOK_WEB=OFF builds without the trading page.")
  endif()
  if(obstacle)
    message(STATUS "Trading page: left out: ${obstacle}")
  else()
    message(STATUS "Trading page: built with Node ${TRIBOOK_WEB_NODE_VERSION}")
    set(TRIBOOK_WEB_BUNDLE ${PROJECT_BINARY_DIR}/web/bundle)
  endif()
endmacro()

function(tribook_site_table output)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "IDENTITY;GZIP;BROTLI" "DEPENDS")
  if(NOT arg_DEPENDS)
    file(GLOB_RECURSE arg_DEPENDS CONFIGURE_DEPENDS ${arg_IDENTITY}/*)
  endif()
  set(script ${PROJECT_SOURCE_DIR}/src/gateway/site/embed.cmake)
  cmake_path(GET output FILENAME name)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DIDENTITY=${arg_IDENTITY} -DGZIP=${arg_GZIP}
            -DBROTLI=${arg_BROTLI} -P ${script}
    DEPENDS ${script} ${arg_DEPENDS}
    COMMENT "Embedding the files of ${name}"
    VERBATIM)
endfunction()

_tribook_decide_web()
add_subdirectory(${PROJECT_SOURCE_DIR}/web)
