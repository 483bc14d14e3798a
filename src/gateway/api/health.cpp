#include "gateway/api/health.h"

#include "gateway/json/writer.h"

namespace tribook::gateway {

void get_health(const Call& call) { call.reply(json_response(200, R"({"status":"ok"})")); }

void get_readiness(const Call& call) {
  const auto& not_ready = call.context.options.not_ready;
  const std::string missing = not_ready ? not_ready() : std::string();
  if (missing.empty()) return call.reply(json_response(200, R"({"status":"ready"})"));
  call.refuse(RejectCode::Unavailable, missing);
}

}  // namespace tribook::gateway
