#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ws/stream.h"

// What the stream's own files share.

namespace tribook::gateway {

struct Stream::Client {
  std::uint64_t id = 0;
  http::WsSession* session = nullptr;
  Identity who;
  AccountId account;
  TimeNs opened{};
  bool is_known = false;  ///< authenticated
  bool wants_all_quotes = false;
  bool wants_account = false;
  bool wants_positions = false;
  bool wants_orders = false;
  bool wants_trades = false;
  std::vector<SymbolId> symbols;  ///< subscribed one by one
  std::vector<SymbolId> waiting;  ///< quotes kept back while it reads slowly
  std::uint64_t seq = 0;
  std::string last_account;  ///< as it was told last

  void send(std::string text) {
    session->send(std::make_shared<const std::string>(std::move(text)));
  }
};

/// The sessions of one account.
struct Stream::Group {
  AccountId account;
  Currency currency;
  bool is_changed = false;
  std::vector<Client*> clients;
};

/// One message of a client; its values live in the document.
struct Stream::Request {
  json::Value body;
  std::string_view action;
  std::string_view type;
  std::string_view token;
  std::string_view request_id;  ///< JSON; empty: none
  std::optional<std::uint64_t> account;
  std::optional<std::uint64_t> position;
  std::optional<json::Value> symbols;
};

}  // namespace tribook::gateway
