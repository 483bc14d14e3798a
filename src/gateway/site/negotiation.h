#pragma once

#include <cstdint>
#include <string_view>

// What a browser says of the copies it takes (Accept-Encoding) and of those it has (If-None-Match),
// after RFC 9110. Pure functions on header values; a value may be several fields joined by commas.

namespace tribook::site {

enum class Encoding : std::uint8_t { Identity, Gzip, Brotli };

/// How welcome each encoding is, in thousandths; 0 is refused.
struct Preferences {
  unsigned identity = 1;
  unsigned gzip = 0;
  unsigned brotli = 0;
};

/// REQUIRES: the request has the field. An element that cannot be read is passed over.
Preferences read_accept_encoding(std::string_view accept_encoding);

/// Is the copy with this entity tag, quotes included, among those of If-None-Match?
bool has_copy(std::string_view if_none_match, std::string_view entity_tag);

}  // namespace tribook::site
