#include "gateway/api/context.h"

#include <charconv>
#include <utility>

namespace tribook::gateway {

Context::Context(const Options& gateway_options, const Pipeline& ends, const World& world)
    : options(gateway_options),
      pipeline(ends),
      network(world.network),
      passwords(world.passwords),
      tokens(world.tokens),
      throttle(world.throttle),
      clock(world.clock),
      history(world.history),
      explainer(world.explainer),
      views(ends.views),
      mirror(ends.views, gateway_options.symbols_max),
      pending(gateway_options.pending_max) {}

namespace {

bool is_timed(CommandKind kind) {
  return kind == CommandKind::NewOrder || kind == CommandKind::ClosePosition ||
         kind == CommandKind::CloseBy;
}

}  // namespace

RejectCode Context::submit(Command command, std::chrono::nanoseconds wait, Pending::Done done) {
  const bool is_measured = options.order_latency != nullptr && is_timed(command.header.kind);
  const bool is_all = command.header.kind == CommandKind::CloseAll;
  const TimeNs begin = clock.now();
  const auto request = pending.open(
      begin + wait,
      [this, begin, is_measured, asker = network.asker(),
       inner = std::move(done)](const Outcome& outcome) {
        network.serve(asker, [&] {
          if (is_measured) options.order_latency->observe(clock.now() - begin);
          inner(outcome);
        });
      },
      is_all ? command.header.account : AccountId{});
  if (request) {
    command.header.gateway = pipeline.gateway;
    command.header.request = *request;
    if (pipeline.commands.try_push(command)) {
      pipeline.commands.notify();
      return RejectCode::None;
    }
    pending.cancel(*request);
  }
  pipeline.slab.release(command.header.text);
  return RejectCode::Busy;
}

bool Context::attach(Command& command, const Texts& texts) {
  if (texts.is_empty()) return true;
  command.header.text = put_texts(pipeline.slab, texts);
  return static_cast<bool>(command.header.text);
}

bool Context::attach_bytes(Command& command, std::span<const std::byte> bytes) {
  if (bytes.empty()) return true;
  command.header.text = pipeline.slab.put(bytes);
  return static_cast<bool>(command.header.text);
}

std::string Context::routing_reason(std::uint16_t rule) const {
  return rule != 0 && options.routing_reason ? options.routing_reason(rule) : std::string();
}

std::string Context::account_number(AccountId id) const {
  return options.account_number_prefix + std::to_string(id.value);
}

bool Call::read_body(json::Kind wanted) const {
  if (!context.document.parse(request.body)) {
    refuse(RejectCode::Validation, context.document.problem());
    return false;
  }
  if (context.document.root().kind() == wanted) return true;
  std::string detail("the body must be ");
  refuse(RejectCode::Validation, detail += json::describe(wanted));
  return false;
}

std::optional<std::uint64_t> Call::id() const {
  const auto parsed = parse_id(param);
  if (!parsed) refuse(RejectCode::Validation, "the id in the path must be a whole number above 0");
  return parsed;
}

std::optional<std::uint64_t> parse_id(std::string_view text) {
  if (text.starts_with("ORD-")) text.remove_prefix(4);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

std::optional<PageRequest> read_page(const Call& call, std::size_t limit_if_none) {
  PageRequest page;
  page.limit = limit_if_none;
  if (const auto limit = call.request.param("limit")) {
    const auto parsed = parse_id(*limit);
    if (!parsed || *parsed > views::kPageMax) {
      call.refuse(RejectCode::Validation, "limit must be 1 to 1000");
      return std::nullopt;
    }
    page.limit = static_cast<std::size_t>(*parsed);
  }
  if (const auto cursor = call.request.param("cursor")) {
    const auto parsed = parse_id(*cursor);
    if (!parsed) {
      call.refuse(RejectCode::Validation, "cursor must be a nextCursor of this list");
      return std::nullopt;
    }
    page.cursor = *parsed;
  }
  return page;
}

}  // namespace tribook::gateway
