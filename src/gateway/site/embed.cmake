# cmake -DOUTPUT= -DIDENTITY= [-DGZIP= -DBROTLI=] -P embed.cmake: the files of a folder as one C++
# source. Their bytes are taken in by the assembler, so that large files cost no compile time; sizes
# and hashes stand in the source, so that it changes whenever a file does.

set(TYPE_css "text/css; charset=utf-8")
set(TYPE_html "text/html; charset=utf-8")
set(TYPE_ico "image/x-icon")
set(TYPE_jpg "image/jpeg")
set(TYPE_js "text/javascript; charset=utf-8")
set(TYPE_json "application/json")
set(TYPE_mjs "text/javascript; charset=utf-8")
set(TYPE_png "image/png")
set(TYPE_svg "image/svg+xml")
set(TYPE_txt "text/plain; charset=utf-8")
set(TYPE_wasm "application/wasm")
set(TYPE_webmanifest "application/manifest+json")
set(TYPE_webp "image/webp")
set(TYPE_woff2 "font/woff2")

if(NOT EXISTS ${IDENTITY}/index.html)
  message(FATAL_ERROR "${IDENTITY} has no index.html")
endif()
file(GLOB_RECURSE paths LIST_DIRECTORIES OFF RELATIVE ${IDENTITY} ${IDENTITY}/*)
list(SORT paths COMPARE STRING)  # by bytes, as the lookup expects

set(blobs "")
set(declarations "")
set(rows "")

# Adds one copy of a file: in `view`, the expression for its bytes.
macro(add_copy folder path symbol)
  set(view "{}")
  if(NOT "${folder}" STREQUAL "" AND EXISTS "${folder}/${path}")
    file(SIZE "${folder}/${path}" size)
    file(SHA256 "${folder}/${path}" copy_hash)
    string(REPLACE "\\" "\\\\" quoted "${folder}/${path}")
    string(REPLACE "\"" "\\\"" quoted "${quoted}")
    string(APPEND blobs
      "// ${copy_hash}\nasm(R\"asm(\n.pushsection .rodata\n.global ${symbol}\n.hidden ${symbol}\n"
      "${symbol}:\n.incbin \"${quoted}\"\n.byte 0\n.popsection\n)asm\");\n")
    string(APPEND declarations "extern const char ${symbol}[];\n")
    set(view "{${symbol}, ${size}}")
  endif()
endmacro()

set(number 0)
foreach(path IN LISTS paths)
  if(NOT path MATCHES "^[A-Za-z0-9._/-]+$")
    message(FATAL_ERROR "${path}: such a name cannot be embedded")
  endif()
  if("/${path}" MATCHES "^/(api|ws|healthz|readyz)(/|$)")
    message(FATAL_ERROR "${path}: this path is the API's")
  endif()
  string(REGEX MATCH "[^./]+$" extension "${path}")
  if(NOT DEFINED TYPE_${extension})
    message(FATAL_ERROR "${path}: embed.cmake knows no content type for it")
  endif()
  # Vite's names: assets/<name>-<eight letters of a hash>.<extension>
  set(is_immutable false)
  set(letter "[A-Za-z0-9_-]")
  string(REPEAT ${letter} 8 eight)
  if(path MATCHES "^assets/.*-${eight}\\.[a-z0-9]+$")
    set(is_immutable true)
  endif()

  file(SHA256 ${IDENTITY}/${path} hash)
  string(SUBSTRING ${hash} 0 32 hash)
  string(APPEND rows
    "    {\"/${path}\",\n     \"${TYPE_${extension}}\",\n     \"${hash}\",\n")
  add_copy("${IDENTITY}" "${path}" tribook_site_${number})
  string(APPEND rows "     ${view},\n")
  add_copy("${GZIP}" "${path}" tribook_site_${number}_gzip)
  string(APPEND rows "     ${view},\n")
  add_copy("${BROTLI}" "${path}" tribook_site_${number}_br)
  string(APPEND rows "     ${view},\n     ${is_immutable}},\n")
  math(EXPR number "${number} + 1")
endforeach()

set(text "// Made by embed.cmake from ${IDENTITY}.

#include <array>

#include \"gateway/site/site.h\"

${blobs}
extern \"C\" {
${declarations}}

namespace tribook::site {
namespace {

constexpr std::array<Asset, ${number}> kAssets = {{
${rows}}};

}  // namespace

std::span<const Asset> embedded_assets() { return kAssets; }

}  // namespace tribook::site
")
set(before "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} before)
endif()
# Left alone when it says the same, so that nothing is compiled again.
if(NOT before STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
