# Compiler flags that hold for every file of ours, ccache, sanitizers.

find_package(Threads REQUIRED)

find_program(TRIBOOK_CCACHE ccache)
mark_as_advanced(TRIBOOK_CCACHE)
if(TRIBOOK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are cached only with these allowances.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime"
      ${TRIBOOK_CCACHE})
endif()

# A file that includes Boost takes over a gigabyte to compile: at most two of them at once.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=2)

if(TRIBOOK_NATIVE_ARCH AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-march=x86-64-v3 -mpclmul)
endif()

if(TRIBOOK_DEBUG)
  add_compile_definitions(TRIBOOK_DEBUG=1 _GLIBCXX_ASSERTIONS=1)
endif()

if(TRIBOOK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "TRIBOOK_FUZZ needs clang: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(TRIBOOK_SANITIZE)
  add_compile_options(-fsanitize=${TRIBOOK_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TRIBOOK_SANITIZE})
endif()

set(TRIBOOK_WARNINGS
    -Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false overruns inside inlined library code at -O3.
  list(APPEND TRIBOOK_WARNINGS -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict -Wno-maybe-uninitialized)
  if(TRIBOOK_SANITIZE)
    # With sanitizers its flow analysis sees branches that do not exist.
    list(APPEND TRIBOOK_WARNINGS -Wno-maybe-uninitialized -Wno-tsan)
  endif()
endif()
