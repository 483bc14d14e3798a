#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/api/context.h"
#include "gateway/api/trading.h"
#include "gateway/http/handler.h"

// All WebSocket sessions of one I/O thread. A tick is made into text once and shared by all who
// want it. A session that does not keep up gets of each symbol, candle and position the latest
// only; its own account's messages are never left out: a queue that is full of them ends the
// session.

namespace tribook::gateway {

class Stream {
 public:
  explicit Stream(Context& context);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // From the listener.

  /// A response to refuse the upgrade: a token that names nobody.
  std::optional<http::HttpResponse> upgrade(const http::HttpRequest& request);
  void open(http::WsSession& session, const http::HttpRequest& request);
  void message(http::WsSession& session, std::string_view text);
  void drained(http::WsSession& session);
  void close(http::WsSession& session);

  // From the gateway.

  void on_event(const Event& event);
  /// All quotes may have changed without an event.
  void on_quotes_missed();
  /// After a batch of events: what is said once for all of them.
  void flush();
  /// Some four times a second: what quotes have moved, and sessions that are over.
  void tick(TimeNs now);
  /// There are no sessions any more; closing them afterwards changes nothing.
  void forget();

  [[nodiscard]] std::size_t sessions() const { return clients_.size(); }

 private:
  struct Client;
  struct Group;
  struct Followed;
  struct Request;

  // Sessions (stream.cpp).
  void admit(Client& client, const Identity& who, AccountId account);
  void forget_quotes(Client& client);
  void end(Client& client, RejectCode code, std::string_view detail);
  void end_stale_sessions(TimeNs now);
  /// Those whose token was given before his password was changed.
  void end_sessions_of(UserId user);
  Client* find(std::uint64_t id);
  [[nodiscard]] Owner find_owner(AccountId account) const;

  // Candles (stream_candles.cpp).
  void subscribe_candles(Client& client, const Request& request, bool wanted);
  void follow(Client& client, SymbolId symbol, Timeframe timeframe);
  void unfollow(Client& client, std::uint32_t key);
  void forget_candles(Client& client);
  bool send_candles();
  void send_waiting_candles(Client& client);

  // The clients' book (stream_book.cpp).
  void subscribe_book(Client& client, const Request& request, bool wanted);
  void set_book(Client& client, SymbolId symbol, bool is_depth, bool wanted);
  void on_depth(SymbolId symbol);
  void on_print(const BookPrinted& print, TimeNs time);
  void send_depths();
  void send_waiting_depths(Client& client);
  void forget_book(Client& client);

  // Values of positions (stream_values.cpp).
  void send_values(Group& group, const views::AccountSnapshot& snapshot);
  void send_all_values(Client& client, PositionId before);
  void send_waiting_values(Client& client);

  // Events (stream_events.cpp).
  void send_tick(SymbolId symbol);
  void on_new_prices(SymbolId symbol);
  void offer_tick(Client& client, SymbolId symbol, const std::shared_ptr<const std::string>& text);
  std::shared_ptr<const std::string> latest_tick(SymbolId symbol, GroupId group);
  void send_account_event(Group& group, const Event& event);
  void send_alert(Group& group, const views::AlertView& alert);
  void on_kill_switch(const Event& event);
  void note_account(Group& group, const Event& event);
  void send_account(Group& group);
  void send_account(Group& group, const views::AccountSnapshot& snapshot);
  void value(Group& group);
  template <typename Wants>
  void send_to(Group& group, Wants wants, std::string_view type, const std::string& rest);

  // Requests (stream_requests.cpp).
  void authenticate(Client& client, const Request& request);
  void subscribe(Client& client, const Request& request, bool wanted);
  void subscribe_quotes(Client& client, const Request& request, bool wanted);
  bool read_symbols(Client& client, const Request& request, std::vector<SymbolId>& named,
                    bool& is_all);
  void set_quote(Client& client, SymbolId symbol, bool wanted);
  void set_all_quotes(Client& client, bool wanted);
  void close_by(const Actor& actor, const Request& request, const Respond& respond);
  void trade(Client& client, const Request& request);
  void change_order(const Request& request, const Actor& actor, const Respond& respond);
  Respond responder(const Client& client, const Request& request);
  void refuse(Client& client, const Request& request, RejectCode code, std::string_view detail);
  static void acknowledge(Client& client, const Request& request);

  Context& context_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Group>> groups_;  // by account
  std::vector<Client*> all_quotes_;
  std::vector<std::vector<Client*>> by_symbol_;
  // The latest of each symbol, by group; where there is none, or null, it is to be made.
  std::vector<std::vector<std::shared_ptr<const std::string>>> ticks_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Followed>> followed_;  // by key_of
  std::vector<std::vector<Client*>> by_depth_;                             // by symbol
  std::vector<std::vector<Client*>> by_tape_;
  std::vector<SymbolId> depths_changed_;  // of those that somebody follows
  std::vector<Group*> changed_;
  std::uint64_t next_id_ = 1;
  std::uint64_t quotes_valued_ = 0;
  std::uint64_t revocations_seen_ = 0;
  TimeNs looked_at_{};
};

}  // namespace tribook::gateway
