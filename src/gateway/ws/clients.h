#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/ws/stream.h"

// What the stream's own files share.

namespace tribook::gateway {

/// Messages that may wait for a reader before only the latest quotes are kept for it.
inline constexpr std::size_t kQuotesQueued = 128;

struct Stream::Client {
  std::uint64_t id = 0;
  http::WsSession* session = nullptr;
  Identity who;
  AccountId account;
  GroupId price_group;  ///< at whose prices it is quoted
  TimeNs opened{};
  bool is_known = false;  ///< authenticated
  bool wants_all_quotes = false;
  bool wants_account = false;
  bool wants_positions = false;
  bool wants_orders = false;
  bool wants_trades = false;
  bool wants_alerts = false;
  std::vector<SymbolId> symbols;       ///< subscribed one by one
  std::vector<SymbolId> waiting;       ///< quotes kept back while it reads slowly
  std::vector<std::uint32_t> candles;  ///< keys of those followed
  // Values of positions kept back likewise: those older than this one; 0 = none.
  PositionId values_before;
  bool missed_values = false;  ///< and others changed since
  std::uint64_t seq = 0;
  std::string last_account;  ///< as it was told last

  void send(std::string text) {
    session->send(std::make_shared<const std::string>(std::move(text)));
  }
};

/// The sessions of one account.
struct Stream::Group {
  AccountId account;
  Owner owner;
  bool is_changed = false;
  std::vector<Client*> clients;
  std::unordered_map<std::uint64_t, PositionValue> values;  ///< as they were told last
};

/// The candles of one symbol and timeframe, and who follows them.
struct Stream::Followed {
  struct Follower {
    Client* client = nullptr;
    TimeNs told{};  ///< start of the latest that it was sent
    bool is_waiting = false;
  };
  SymbolId symbol;
  Timeframe timeframe = Timeframe::M1;
  Candle told;
  std::vector<Follower> followers;
};

/// One message of a client; its values live in the document.
struct Stream::Request {
  json::Value body;
  std::string_view action;
  std::string_view type;
  std::string_view token;
  std::string_view timeframe;
  std::string_view request_id;  ///< JSON; empty: none
  std::optional<std::uint64_t> account;
  std::optional<std::uint64_t> position;
  std::optional<std::uint64_t> order;
  std::optional<json::Value> symbols;
};

}  // namespace tribook::gateway
