#include "client/key.h"

#include <sys/random.h>

#include <string_view>

#include "client/failure.h"

namespace tribook::client {

std::string make_key(const std::string& prefix) {
  constexpr std::string_view digits = "0123456789abcdef";
  unsigned char bytes[16];
  if (::getrandom(bytes, sizeof bytes, 0) != static_cast<ssize_t>(sizeof bytes)) {
    throw Failure("the system gives no random numbers");
  }
  std::string key = prefix;
  for (const unsigned char byte : bytes) {
    key += digits[byte >> 4U];
    key += digits[byte & 0xFU];
  }
  return key;
}

}  // namespace tribook::client
