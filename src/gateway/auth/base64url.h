#pragma once

#include <string>
#include <string_view>

namespace tribook::auth {

/// RFC 4648 section 5, without padding.
std::string base64url_encode(std::string_view bytes);

/// False unless `text` is exactly what base64url_encode makes of some bytes: no padding, no other
/// character, no length that cannot be, no spare bits set.
bool base64url_decode(std::string_view text, std::string& bytes);

}  // namespace tribook::auth
