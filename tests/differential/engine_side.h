#pragma once

#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "differential/told.h"
#include "tribook/domain/instrument.h"
#include "tribook/engine/engine.h"
#include "tribook/message/text.h"

namespace tribook::differential {

/// The real engine, told in labels: records straight in, events straight out, no threads.
class EngineSide {
 public:
  EngineSide();

  /// Throws std::logic_error for an operation that of_engine() does not have.
  Told apply(const Operation& operation);
  [[nodiscard]] Held held() const;
  /// What does not add up in the engine itself; empty when all is well.
  [[nodiscard]] std::string contradiction() const;

 private:
  void run(const SetSession& session);
  void run(const reference::PutSymbol& put);
  void run(const reference::PutGroup& put);
  void run(const reference::CreateAccount& create);
  void run(const reference::ChangeAccount& change);
  void run(const reference::MoveMoney& move);
  void run(const reference::RequestWithdrawal& request);
  void run(const reference::DecideWithdrawal& decision);
  void run(const reference::Quote& quote);
  void run(const reference::PlaceOrder& order);
  void run(const reference::PlaceOco& pair);
  void run(const reference::ModifyOrder& change);
  void run(const reference::CancelOrder& cancel);
  void run(const reference::ClosePosition& close);
  void run(const reference::CloseBy& pair);
  void run(const reference::CloseAll& close);
  void run(const reference::ModifyPosition& change);
  void run(const reference::PutLimits& put);
  void run(const reference::SetKillSwitch& set);
  void run(const reference::VenueReport& report);
  void run(const reference::AdvanceTime& advance);
  template <typename Unknown>
  void run(const Unknown&) {
    throw std::logic_error("the engine is not told of operation " + std::to_string(number_));
  }

  [[nodiscard]] RiskScope scope_of(const reference::Scope& scope) const;
  void run_timers(TimeNs until);
  template <typename Timer>
  void send_timer(const Timer& timer);
  template <typename Body>
  void send(AccountId account, const Body& body) {
    Command command = Command::make(body);
    command.header.account = account;
    send(command, {});
  }
  /// An adjustment is taken with a reason only.
  template <typename Body>
  void send_noted(AccountId account, const Body& body) {
    Command command = Command::make(body);
    command.header.account = account;
    command.header.text = put_texts(slab_, {{"", "", "by hand", ""}});
    send(command, {});
  }
  template <typename Body, typename Spec>
  void send_spec(const Body& body, const Spec& spec) {
    send(Command::make(body), std::as_bytes(std::span<const Spec, 1>(&spec, 1)));
  }
  void send(Command command, std::span<const std::byte> text);

  Told tell(const Operation& operation);
  void tell_warnings(Told& told) const;
  void tell(const Event& event, Told& told);
  void tell_order(const OrderUpdated& updated, Told& told);
  void tell_request(const VenueRequested& requested, Told& told) const;
  void tell_trade(const TradeExecuted& trade, Told& told) const;
  void tell_entry(AccountId account, const LedgerPosted& posted, Told& told) const;
  [[nodiscard]] Label label_of(PositionId position) const;
  [[nodiscard]] Label label_of(OrderId order) const;
  [[nodiscard]] Label label_of(AccountId account) const;
  [[nodiscard]] AccountId account(Label label) const;
  [[nodiscard]] AccountId owner(Label position) const;
  [[nodiscard]] PositionId position(Label label) const;
  [[nodiscard]] OrderId order(Label label) const;
  [[nodiscard]] AccountId owner_of_order(Label label) const;
  void execute_triggered();
  void note_route(std::size_t first_event, const reference::PlaceOrder& order, std::size_t orders);
  void set_hedge(SymbolId symbol, const Rational& ratio);
  void expire_orders(TimeNs until);
  [[nodiscard]] SymbolId symbol(const std::string& name) const;
  [[nodiscard]] bool was_refused() const;

  struct Opened {
    PositionId id;
    AccountId account;
  };
  Slab slab_;
  engine::Engine engine_;
  engine::Outbox outbox_;
  std::vector<Event> events_;  ///< of the operation being applied
  Label number_ = 0;           ///< its number
  std::uint64_t sequence_ = 0;
  TimeNs now_;
  std::map<std::string, SymbolId> symbols_;
  std::map<Label, AccountId> accounts_;
  std::map<Label, reference::AccountSettings> settings_;  ///< of accounts, as they were taken
  std::map<Label, WithdrawalId> withdrawals_;
  std::map<Label, Opened> positions_;
  struct Placed {
    OrderId id;
    AccountId account;
  };
  std::map<Label, Placed> orders_;
  std::map<std::uint32_t, Label> account_labels_;
  std::map<std::uint64_t, Label> order_labels_;
  std::map<std::uint64_t, Label> position_labels_;
  /// What a router would say of an order, each time that it is asked.
  struct Route {
    Book book;
    Rational hedge_ratio;
  };
  std::vector<VenueRequested> requests_;    ///< in the order in which they were asked
  std::map<std::uint64_t, Route> routes_;   ///< of orders that are not the house's alone
  std::vector<std::uint64_t> told_orders_;  ///< ids, as they stand in Told::orders
  bool is_opening_ = false;                 // the order that was told last
};

}  // namespace tribook::differential
