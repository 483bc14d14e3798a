#pragma once

#include <string>
#include <string_view>

#include "gateway/http/message.h"

namespace tribook::http {

struct ResponseFraming {
  std::string_view date_field;  ///< "Date: ...\r\n"
  bool is_head = false;         ///< the body's length is told, the body not sent
  bool close = false;
  bool say_keep_alive = false;  ///< to HTTP/1.0 clients that asked for it
};

/// Appends the response's bytes. Line breaks and NUL in fields are dropped: nothing that a caller
/// puts into a field can end the header.
void write_response(const HttpResponse& response, const ResponseFraming& framing, std::string& out);

}  // namespace tribook::http
