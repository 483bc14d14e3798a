#pragma once

#include <string>
#include <string_view>

#include "gateway/http/message.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/reject_code.h"

namespace tribook::gateway {

/// The HTTP status under which a refusal is told.
unsigned status_of(RejectCode code);

/// What a problem document (RFC 9457) says beyond status, title, code and detail.
struct ProblemExtras {
  unsigned status = 0;  ///< instead of status_of(code)
  OrderId order;        ///< of the order that was rejected
  std::string_view order_status;
  std::string_view client_order_id;
  int accepted = -1;  ///< elements that were applied before this one
};

/// The code's own sentence is the detail when none is given.
http::HttpResponse problem(RejectCode code, std::string_view detail = {},
                           const ProblemExtras& extras = {});

/// What is well-formed and not built yet: 422 VALIDATION.
http::HttpResponse not_supported(std::string_view what);

/// 500 INTERNAL: a mistake of ours.
http::HttpResponse internal_error(std::string_view detail);

/// Nothing is routed there.
http::HttpResponse no_such_path();
http::HttpResponse method_not_allowed(std::string_view allowed);

http::HttpResponse json_response(unsigned status, std::string body);

}  // namespace tribook::gateway
