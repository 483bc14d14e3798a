#pragma once

#include <string>

namespace tribook::client {

/// The prefix and 128 random bits in hexadecimal: an id that nobody else has.
std::string make_key(const std::string& prefix);

}  // namespace tribook::client
