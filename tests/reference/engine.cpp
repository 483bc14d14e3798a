#include "reference/engine.h"

namespace tribook::reference {

Engine::Engine(EngineSettings settings, Time start) : settings_(std::move(settings)), now_(start) {}

Result Engine::execute(const Command& command) {
  result_ = Result();
  std::visit([this](const auto& given) { run(given); }, command);
  if (!std::holds_alternative<Quote>(command)) margin_calls();
  execute_round();
  raise_peaks();
  return result_;
}

void Engine::refuse(const std::string& code) {
  if (!code.empty()) result_.code = code;
}

void Engine::run(const PutSymbol& command) { refuse(put_symbol(command.symbol)); }
void Engine::run(const PutGroup& command) { refuse(put_group(command.group)); }
void Engine::run(const CreateAccount& command) { refuse(create_account(command.settings)); }
void Engine::run(const ChangeAccount& command) { refuse(change_account(command)); }
void Engine::run(const MoveMoney& command) { refuse(move_money(command)); }
void Engine::run(const RequestWithdrawal& command) { refuse(request_withdrawal(command)); }
void Engine::run(const DecideWithdrawal& command) { refuse(decide_withdrawal(command)); }
void Engine::run(const Quote& command) { refuse(quote(command)); }
void Engine::run(const PlaceOco& command) { place_oco(command); }
void Engine::run(const ModifyOrder& command) { refuse(modify_order(command)); }
void Engine::run(const CancelOrder& command) { refuse(cancel_order(command.order)); }
void Engine::run(const ClosePosition& command) { refuse(close_position(command)); }
void Engine::run(const CloseBy& command) { refuse(close_by(command)); }
void Engine::run(const CloseAll& command) { refuse(close_all(command)); }
void Engine::run(const ModifyPosition& command) { refuse(modify_position(command)); }
void Engine::run(const PutLimits& command) { refuse(put_limits(command)); }
void Engine::run(const SetKillSwitch& command) { refuse(set_kill_switch(command)); }
void Engine::run(const VenueReport& command) { refuse(venue_report(command)); }
void Engine::run(const AdvanceTime& command) { refuse(advance(command.now)); }

void Engine::run(const PlaceOrder& command) {
  const Id id = place(command, {});
  result_.id = id;
  if (id == 0) return;
  Order& order = orders_.at(id);
  if (order.status == OrderStatus::Accepted) start(order);
  if (order.status != OrderStatus::Rejected) return remember(command);
  result_.warned.erase(id);
  refuse(order.reject_code);
}

std::string Engine::book_of(const Position& position) const {
  if (position.venue_volume == 0) return "BBOOK";
  return position.venue_volume == position.volume ? "ABOOK" : "CBOOK";
}

std::string Engine::contradiction() const {
  std::map<std::string, Rational> sums;
  std::map<Id, Rational> balances;
  std::map<Id, Rational> credits;
  for (const LedgerEntry& entry : ledger_) {
    sums[entry.currency] += entry.amount;
    if (entry.after != entry.before + entry.amount) return "an entry does not add up";
    if (!is_multiple(entry.amount, power_of_ten(-digits(entry.currency)))) {
      return "an entry is not rounded";
    }
    if (entry.account != 0) (entry.of_credit ? credits : balances)[entry.account] += entry.amount;
  }
  for (const auto& [currency, sum] : sums) {
    if (sum != 0) return "entries in " + currency + " do not sum to zero";
  }
  for (const auto& [id, owner] : accounts_) {
    if (owner.balance != balances[id]) return "a balance is not the sum of its entries";
    if (owner.credit != credits[id]) return "a credit is not the sum of its entries";
    if (owner.credit < 0) return "a credit is negative";
  }
  std::map<std::string, Rational> at_venues = house_hedge_;
  for (const auto& [id, position] : positions_) {
    if (position.open != (position.volume > 0)) return "a position without volume is open";
    if (position.venue_volume < 0 || position.venue_volume > position.volume) {
      return "a position's part at its provider is out of range";
    }
    if (position.closing < 0 || position.closing > position.venue_volume) {
      return "more is being closed than stands at the provider";
    }
    at_venues[position.symbol] += sign_of(position.side) * position.venue_volume;
  }
  for (const auto& [name, volume] : at_venues) {
    const auto found = venue_volume_.find(name);
    const Rational known = found == venue_volume_.end() ? Rational(0) : found->second;
    if (known != volume) return "positions in " + name + " differ from the provider's";
  }
  for (const auto& [id, order] : orders_) {
    if (order.filled > order.request.volume) return "an order is filled beyond its volume";
    if ((order.status == OrderStatus::Filled) != (order.filled == order.request.volume)) {
      return "an order's state and its filled volume differ";
    }
  }
  return "";
}

std::string name_of(OrderStatus status) {
  constexpr const char* kNames[] = {"PENDING",  "ACCEPTED",         "WORKING", "TRIGGERED",
                                    "FILLING",  "PARTIALLY_FILLED", "FILLED",  "CANCELLED",
                                    "REJECTED", "EXPIRED"};
  return kNames[int(status)];
}

std::string name_of(CloseReason reason) {
  constexpr const char* kNames[] = {"MANUAL", "SL_HIT", "TP_HIT", "STOP_OUT", "CLOSE_BY", "ADMIN"};
  return kNames[int(reason)];
}

std::string name_of(EntryType type) {
  constexpr const char* kNames[] = {"DEPOSIT",          "WITHDRAWAL",   "COMMISSION", "SWAP",
                                    "FUNDING",          "REALIZED_PNL", "BONUS",      "ADJUSTMENT",
                                    "NEGATIVE_BALANCE", "CREDIT"};
  return kNames[int(type)];
}

std::string text_of(const Event& event) {
  constexpr const char* kNames[] = {"order",  "fill",      "opened",      "changed",  "closed",
                                    "ledger", "triggered", "margin call", "stop-out", "venue"};
  std::string text = kNames[int(event.kind)];
  if (event.account != 0) text += " account " + std::to_string(event.account);
  if (event.order != 0) text += " order " + std::to_string(event.order);
  if (event.position != 0) text += " position " + std::to_string(event.position);
  if (event.kind == Event::Kind::OrderStatus) text += " " + name_of(event.status);
  if (!event.code.empty()) text += " " + event.code;
  if (event.volume != 0) text += " volume " + text_of(event.volume);
  if (event.price != 0) text += " price " + text_of(event.price);
  if (event.amount != 0) text += " amount " + text_of(event.amount);
  return text;
}

}  // namespace tribook::reference
