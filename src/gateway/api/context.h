#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/api/mirror.h"
#include "gateway/api/options.h"
#include "gateway/api/pending.h"
#include "gateway/api/problem.h"
#include "gateway/api/routes.h"
#include "gateway/api/seams.h"
#include "gateway/auth/login_throttle.h"
#include "gateway/json/document.h"
#include "gateway/json/reader.h"
#include "runtime/ring.h"
#include "tribook/base/time.h"
#include "tribook/message/command.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"
#include "views/views.h"

namespace tribook::gateway {

/// How long an operator waits for what he asked: shorter than a listener waits for us.
inline constexpr std::chrono::seconds kOperatorWait{50};

/// One I/O thread's end of the pipeline.
struct Pipeline {
  std::uint8_t gateway = 0;          ///< its index, in commands and events
  runtime::Ring<Command>& commands;  ///< out
  runtime::Ring<Event>& events;      ///< in; each text holds one reference for us
  std::atomic<bool>& quotes_missed;  ///< set by the writer of `events` when it left quotes out
  Slab& slab;
  const views::Views& views;
};

/// What a gateway needs of the world. All but the network is shared by the I/O threads.
struct World {
  Network& network;
  Passwords& passwords;
  Tokens& tokens;
  auth::LoginThrottle& throttle;
  const base::Clock& clock;        ///< the system's
  History* history = nullptr;      ///< without: what is in memory is all there is
  Explainer* explainer = nullptr;  ///< without: nothing is explained
};

/// What the handlers of one I/O thread share. Everything in it belongs to that thread.
class Context {
 public:
  Context(const Options& gateway_options, const Pipeline& ends, const World& world);

  const Options& options;
  Pipeline pipeline;
  Network& network;
  Passwords& passwords;
  Tokens& tokens;
  auth::LoginThrottle& throttle;
  const base::Clock& clock;
  History* history;      ///< null: none
  Explainer* explainer;  ///< null: none
  const views::Views& views;
  Mirror mirror;
  Pending pending;
  json::Document document;

  /// Sends a command; `done` is called with what came of it within `wait`, on this thread, later.
  /// None when sent; otherwise Busy, `done` is not called, and the command's text is released.
  RejectCode submit(Command command, std::chrono::nanoseconds wait, Pending::Done done);

  /// Puts texts beside a command. False when the slab is full; without texts there is nothing to
  /// put.
  bool attach(Command& command, const Texts& texts);
  /// Likewise. REQUIRES: as many bytes as a block has at most.
  bool attach_bytes(Command& command, std::span<const std::byte> bytes);
  template <typename Spec>
  bool attach_spec(Command& command, const Spec& spec) {
    command.header.text = put_spec(pipeline.slab, spec);
    return static_cast<bool>(command.header.text);
  }

  [[nodiscard]] std::string routing_reason(std::uint16_t rule) const;
  [[nodiscard]] std::string account_number(AccountId id) const;
};

/// One request at the door, valid during the call of its handler; answer by reply(), or keep
/// `handle`.
struct Call {
  Context& context;
  const http::HttpRequest& request;
  http::ReplyHandle handle;
  Endpoint endpoint;
  std::string_view param;  ///< the path's segment in braces
  const Identity& who;     ///< of a public endpoint: nobody
  AccountId account;       ///< the one acted on: the default, or X-Account-Id

  void reply(http::HttpResponse response) const {
    context.network.reply(handle, std::move(response));
  }
  void refuse(RejectCode code, std::string_view detail = {}) const { reply(problem(code, detail)); }

  /// Parses the body; answers and returns false when it is no JSON object (array).
  bool read_body(json::Kind wanted = json::Kind::Object) const;
  /// The id in the path; answers and returns nothing when it is none. "ORD-12" is 12.
  [[nodiscard]] std::optional<std::uint64_t> id() const;
};

/// "12" or "ORD-12"; nothing for 0 and what is no number.
std::optional<std::uint64_t> parse_id(std::string_view text);

/// limit and cursor of a list.
struct PageRequest {
  std::size_t limit = 100;
  std::uint64_t cursor = 0;  ///< 0 = from the start
};
/// Answers and returns nothing when they are no good. `limit`: when none is given.
std::optional<PageRequest> read_page(const Call& call, std::size_t limit = 100);

}  // namespace tribook::gateway
