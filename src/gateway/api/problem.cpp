#include "gateway/api/problem.h"

#include "gateway/json/writer.h"

namespace tribook::gateway {

unsigned status_of(RejectCode code) {
  switch (code) {
    case RejectCode::Validation:
      return 400;
    case RejectCode::Unauthenticated:
      return 401;
    case RejectCode::Forbidden:
      return 403;
    case RejectCode::NotFound:
      return 404;
    case RejectCode::Duplicate:
    case RejectCode::OrderNotWorking:
    case RejectCode::ClosingAtVenue:
      return 409;
    case RejectCode::PayloadTooLarge:
      return 413;
    case RejectCode::RateLimited:
    case RejectCode::OrdersPerSecond:
    case RejectCode::OrdersPerMinute:
    case RejectCode::OrdersPerDay:
      return 429;
    case RejectCode::Busy:
    case RejectCode::Unavailable:
    case RejectCode::StorageFull:
      return 503;
    default:
      return 422;
  }
}

namespace {

http::HttpResponse document(unsigned status, std::string_view code, std::string_view title,
                            std::string_view detail, const ProblemExtras& extras) {
  http::HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  json::Writer writer(response.body);
  writer.begin_object().field("status", status).field("title", title).field("code", code);
  if (!detail.empty()) writer.field("detail", detail);
  if (extras.order) writer.field("orderId", extras.order.value);
  if (!extras.order_status.empty()) writer.field("orderStatus", extras.order_status);
  if (!extras.client_order_id.empty()) writer.field("clientOrderId", extras.client_order_id);
  if (extras.accepted >= 0) writer.field("accepted", extras.accepted);
  writer.end_object();
  return response;
}

}  // namespace

http::HttpResponse problem(RejectCode code, std::string_view detail, const ProblemExtras& extras) {
  const unsigned status = extras.status != 0 ? extras.status : status_of(code);
  const std::string_view sentence = detail.empty() ? describe(code) : detail;
  auto response = document(status, name_of(code), http::reason_phrase(status), sentence, extras);
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (code == RejectCode::Busy) response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::HttpResponse not_supported(std::string_view what) {
  std::string detail(what);
  detail += " not supported yet";
  ProblemExtras extras;
  extras.status = 422;
  return problem(RejectCode::Validation, detail, extras);
}

http::HttpResponse internal_error(std::string_view detail) {
  return document(500, "INTERNAL", http::reason_phrase(500), detail, {});
}

http::HttpResponse no_such_path() {
  return problem(RejectCode::NotFound, "There is nothing at this path");
}

http::HttpResponse method_not_allowed(std::string_view allowed) {
  auto response = document(405, "METHOD_NOT_ALLOWED", http::reason_phrase(405),
                           "This path does not take that method", {});
  response.headers.emplace_back("Allow", std::string(allowed));
  return response;
}

http::HttpResponse json_response(unsigned status, std::string body) {
  http::HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

}  // namespace tribook::gateway
