#include "gateway/http/counters.h"

namespace tribook::http {
namespace {

constexpr std::array<std::string_view, kDropReasonCount> kNames = {
    "connection_limit", "idle_timeout",     "slow_request",   "slow_reader",   "handler_timeout",
    "malformed",        "header_too_large", "body_too_large", "ws_queue_full", "ws_protocol",
    "ws_timeout",       "drain_deadline",   "accept_failed",  "draining",      "restart"};
static_assert(kNames.back() == "restart");

}  // namespace

std::string_view name_of(DropReason reason) { return kNames[static_cast<std::size_t>(reason)]; }

void Counters::add_to(CountersSnapshot& sum) const {
  for (std::size_t i = 0; i < responses_by_class.size(); ++i) {
    sum.responses_by_class[i] += responses_by_class[i].value();
  }
  for (std::size_t i = 0; i < kDropReasonCount; ++i) sum.drops[i] += drops[i].value();
  sum.connections_opened += connections_opened.value();
  sum.connections_closed += connections_closed.value();
  sum.ws_opened += ws_opened.value();
  sum.ws_closed += ws_closed.value();
  sum.ws_messages_in += ws_messages_in.value();
  sum.ws_messages_out += ws_messages_out.value();
  sum.bytes_in += bytes_in.value();
  sum.bytes_out += bytes_out.value();
}

}  // namespace tribook::http
