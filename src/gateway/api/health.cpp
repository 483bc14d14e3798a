#include "gateway/api/health.h"

#include "gateway/json/writer.h"

namespace tribook::gateway {

void get_health(const Call& call) { call.reply(json_response(200, R"({"status":"ok"})")); }

void get_readiness(const Call& call) {
  const auto& not_ready = call.context.options.not_ready;
  const std::string missing = not_ready ? not_ready() : std::string();
  if (!missing.empty()) return call.refuse(RejectCode::Unavailable, missing);
  const auto& degraded = call.context.options.degraded;
  const std::string wrong = degraded ? degraded() : std::string();
  std::string body;
  json::Writer writer(body);
  writer.begin_object().field("status", wrong.empty() ? "ready" : "degraded");
  if (!wrong.empty()) writer.field("detail", wrong);
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

}  // namespace tribook::gateway
