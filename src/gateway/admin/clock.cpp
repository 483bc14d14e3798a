#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/json/time_text.h"
#include "gateway/json/writer.h"

namespace tribook::gateway::admin {

void set_clock(const Call& call) {
  Context& context = call.context;
  if (!context.options.manual_clock) {
    return call.refuse(RejectCode::Forbidden, "The clock is not of type manual");
  }
  if (!call.read_body()) return;
  json::Reader reader;
  std::string_view text;
  for (const json::Value value : context.document.root()) {
    if (value.key() == "now") reader.text(value, text, 64);
  }
  if (text.empty()) reader.fail("now", "is required");
  const auto now = json::parse_time(text);
  if (!now) reader.fail("now", "must be a time such as 2026-01-21T22:00:00Z");
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  Command command = Command::make(SetClock{*now});
  command.header.actor = call.who.user;
  const auto sent =
      context.submit(command, kOperatorWait,
                     [&context, handle = call.handle, time = *now](const Outcome& outcome) {
                       if (outcome.refused != RejectCode::None) {
                         return context.network.reply(handle, problem(outcome.refused));
                       }
                       std::string body;
                       json::Writer(body).begin_object().field("now", time).end_object();
                       context.network.reply(
                           handle, json_response(outcome.is_settled ? 200 : 202, std::move(body)));
                     });
  if (sent != RejectCode::None) call.refuse(sent);
}

}  // namespace tribook::gateway::admin
