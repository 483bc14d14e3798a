#pragma once

#include <functional>

#include "reference/calendar.h"
#include "reference/state.h"

namespace tribook::reference {

/// A broker's engine as one would write it on paper: every figure is worked out anew from the
/// state, every search looks at everything, every number is exact until a rule rounds it.
class Engine {
 public:
  Engine(EngineSettings settings, Time start);

  /// Does one command and tells what happened. A refused command changes nothing, but for the
  /// record of a rejected order.
  Result execute(const Command& command);

  // What is.
  Time now() const { return now_; }
  const std::map<Id, Account>& accounts() const { return accounts_; }
  const std::map<Id, Order>& orders() const { return orders_; }
  const std::map<Id, Position>& positions() const { return positions_; }
  const std::map<std::string, Symbol>& symbols() const { return symbols_; }
  const std::map<std::string, Group>& groups() const { return groups_; }
  const std::vector<LedgerEntry>& ledger() const { return ledger_; }
  const std::map<Id, Withdrawal>& withdrawals() const { return withdrawals_; }
  const std::map<Id, VenueRequest>& venue_requests() const { return requests_; }
  /// By house account and currency: {"SWAP", "USD"}.
  const std::map<std::pair<std::string, std::string>, Rational>& house() const { return house_; }
  /// Signed volume at the provider, by symbol, as its fills tell it.
  const std::map<std::string, Rational>& venue_volume() const { return venue_volume_; }
  /// What the house itself holds there: late fills that are to be hedged back.
  const std::map<std::string, Rational>& house_hedge() const { return house_hedge_; }

  /// Prints of the clients' book, oldest first.
  const std::vector<Print>& tape() const { return tape_; }
  /// Resting volume by price in the clients' book.
  std::map<Rational, Rational> depth(const std::string& symbol, Side side) const;

  Figures figures(Id account) const;
  Rational unrealized(const Position& position) const;
  /// Used margin of an account in a symbol, at the maintenance rate, with positions as they are.
  Rational used_margin(Id account, const std::string& symbol) const;
  Rational open_price(const Position& position) const;
  /// The price at which the position would close now.
  Rational mark(const Position& position) const;
  std::string book_of(const Position& position) const;
  /// As it was given, without markup; none before the first one.
  std::optional<Rate> rate(const std::string& symbol) const;
  /// Bid and ask with the account's markup.
  std::optional<Rate> quote_for(const Account& account, const Symbol& symbol) const;
  /// None without a rate somewhere on the chain, or a chain.
  std::optional<Rational> convert(const Rational& amount, const std::string& from,
                                  const std::string& to, Crossing crossing) const;
  /// Names of the symbols on the way; none if there is no way.
  std::optional<std::vector<std::string>> chain(const std::string& from,
                                                const std::string& to) const;
  bool is_killed(Id account, const std::string& symbol) const;
  /// What an account has at stake in all symbols; none when no rate says it.
  std::optional<Rational> exposure_of(Id account) const {
    return exposure(accounts_.at(account), nets(account));
  }
  const std::map<Scope, LimitSet>& limits() const { return limits_; }
  const std::map<Scope, KillAction>& kill_switches() const { return switches_; }
  int digits(const std::string& currency) const;
  /// First sentence about state that contradicts itself; empty when all is well.
  std::string contradiction() const;

 private:
  // engine.cpp
  void run(const PutSymbol& command);
  void run(const PutGroup& command);
  void run(const CreateAccount& command);
  void run(const ChangeAccount& command);
  void run(const MoveMoney& command);
  void run(const RequestWithdrawal& command);
  void run(const DecideWithdrawal& command);
  void run(const Quote& command);
  void run(const PlaceOrder& command);
  void run(const PlaceOco& command);
  void run(const ModifyOrder& command);
  void run(const CancelOrder& command);
  void run(const ClosePosition& command);
  void run(const CloseBy& command);
  void run(const CloseAll& command);
  void run(const ModifyPosition& command);
  void run(const PutLimits& command);
  void run(const SetKillSwitch& command);
  void run(const VenueReport& command);
  void run(const AdvanceTime& command);
  void refuse(const std::string& code);

  // settings.cpp
  std::string put_symbol(const Symbol& symbol);
  bool same_meaning(const Symbol& a, const Symbol& b) const;
  std::string put_group(const Group& group);
  std::map<Id, Closing> closings_of_members(const std::string& group) const;
  bool is_out_at_venues(Id account) const;
  std::string create_account(const AccountSettings& settings);
  std::string change_account(const ChangeAccount& change);
  GroupSymbol group_symbol(const Account& account, const Symbol& symbol) const;
  Rational markup_pips(const Account& account, const Symbol& symbol) const;
  CommissionSettings commission_of(const Account& account, const Symbol& symbol) const;
  SwapSettings swap_of(const Account& account, const Symbol& symbol) const;
  AccountOptions options_of(const Account& account) const;

  // money.cpp
  void book(Account& account, EntryType type, const Rational& amount, Id reference);
  void post(LedgerEntry entry);
  void book_credit(Account& account, const Rational& amount, Id reference);
  void settle_with_venue(const Symbol& symbol, const Rational& amount_in_quote, Id reference);
  struct Charge {
    Rational raw = 0;     ///< of the order so far, in the commission's currency
    Rational amount = 0;  ///< for this fill, in account currency
  };
  Charge commission_for(const Order& order, const Symbol& symbol, const Rational& volume,
                        const Rational& price) const;
  void charge_commission(Order& order, Position& position, const Rational& volume,
                         const Rational& price);
  void cover_negative(Account& account, CloseReason reason);
  std::string move_money(const MoveMoney& move);
  std::string request_withdrawal(const RequestWithdrawal& request);
  std::string decide_withdrawal(const DecideWithdrawal& decision);

  // rates.cpp
  bool is_fresh(const Symbol& symbol) const;
  bool is_tradable(const Symbol& symbol) const;
  bool is_good_rate(const Symbol& listing) const;
  bool can_deal(const Symbol& traded) const;
  Rate marked_up(const Symbol& traded, Rate rate, const Rational& pips) const;
  std::optional<std::vector<std::string>> shortest_chain(const std::string& from,
                                                         const std::string& to,
                                                         bool only_quoted) const;
  bool chain_is_good(const std::string& from, const std::string& to) const;
  bool conversions_are_good(const Account& owner, const Symbol& traded) const;
  Rational into_account(const Rational& amount, const std::string& from,
                        const std::string& to) const;
  bool depends_on(const Account& account, const std::string& symbol) const;

  // margin.cpp
  struct SideMargin {
    Rational volume = 0;
    Rational notional = 0;  ///< in the margin currency, at open prices
    Rational rated = 0;     ///< basis x rate, before leverage
  };
  std::string margin_currency(const Symbol& symbol) const;
  Rational margin_amount(const Symbol& symbol, const Rational& volume, const Rational& cost) const;
  Rational notional_amount(const Symbol& symbol, const Rational& volume,
                           const Rational& cost) const;
  std::optional<Rational> margin_basis(const Account& account, const Symbol& symbol,
                                       const Rational& volume, const Rational& cost) const;
  SideMargin held_side(Id account, const Symbol& symbol, Side side) const;
  Rational side_margin(const Account& account, const Symbol& symbol, const SideMargin& side) const;
  Rational symbol_margin(const Account& account, const Symbol& symbol, const SideMargin& buys,
                         const SideMargin& sells) const;
  /// By which used margin would grow; none when it cannot be converted.
  std::optional<Rational> margin_need(const Order& order, const Rational& volume,
                                      const Rational& price) const;
  Rational reserved_at_venues(Id account) const;
  std::string margin_refusal(const Order& order, const Rational& volume,
                             const Rational& price) const;

  // limits.cpp: what is set for whom, and limits of what is asked
  struct Asking {
    int resting = 1;  ///< so many new ones would rest
    bool is_pair = false;
    bool is_change = false;
    bool is_more = true;  ///< of a change: it enlarges the order
  };
  std::string scope_refusal(const Scope& scope) const;
  std::string put_limits(const PutLimits& put);
  LimitSetting in_force(Limit limit, Id account, const std::string& symbol) const;
  bool is_any_set(Limit limit) const;
  std::string asked_refusal(const PlaceOrder& request, const Asking& asking,
                            std::set<Limit>& warned) const;
  bool passes_asked(Limit limit, const Rational& threshold, const PlaceOrder& request,
                    const Rational& opening, const Asking& asking) const;
  std::optional<Rational> entry_price(const PlaceOrder& request) const;
  std::optional<Rational> stop_distance(const PlaceOrder& request,
                                        const std::optional<Rational>& entry) const;
  bool is_far(const PlaceOrder& request, const Rational& percent) const;
  int orders_at_rest(const PlaceOrder& request) const;
  bool is_repeated(const PlaceOrder& request, const Rational& seconds) const;
  bool takes_away_stop(const Position& position, const ModifyPosition& change) const;
  void remember(const PlaceOrder& request);

  // limits_filled.cpp: limits of what the account would hold
  enum class Finding { Good, Passed, Unknown };
  struct Opening {
    const Order& order;
    Rational volume;
    Rational price;
  };
  using Nets = std::map<std::string, Rational>;
  std::string filled_refusal(const Order& order, const Rational& volume, const Rational& price,
                             std::set<Limit>& warned) const;
  Finding look_at(Limit limit, const Rational& threshold, const Opening& opening) const;
  Finding look_at_exposure(Limit limit, const Rational& threshold, const Opening& opening) const;
  Finding look_at_currencies(const Rational& threshold, const Account& account,
                             const Symbol& symbol, const Nets& before, const Nets& after) const;
  Finding worse(const std::optional<Rational>& before, const std::optional<Rational>& after,
                const Rational& threshold) const;
  Finding concentration(const Account& account, const std::string& symbol, const Nets& before,
                        const Nets& after, const Rational& threshold) const;
  Nets nets(Id account) const;
  Nets only(const Nets& all, const std::string& symbol) const;
  std::optional<Rational> middle_for(const Account& account, const Symbol& symbol) const;
  std::optional<Rational> exposure(const Account& account, const Nets& held) const;
  std::optional<Rational> currency_exposure(const Account& account, const Nets& held,
                                            const std::string& currency) const;
  Rational loss_at_stop(const Opening& opening) const;
  bool opens_new(const Order& order) const;
  int open_positions(Id account) const;
  void note_payment(Account& account, const LedgerEntry& entry);
  void begin_days();
  void raise_peaks();

  // killing.cpp
  std::string set_kill_switch(const SetKillSwitch& set);
  bool is_in(const Scope& scope, Id account, const std::string& symbol) const;
  bool is_held_back(const Order& order) const;
  void cancel_all(const Scope& scope, Id account);
  void close_all_of(const Scope& scope, Id account);

  // orders.cpp: from the request to its end
  std::string order_refusal(const PlaceOrder& request, const Asking& asking,
                            std::set<Limit>& warned) const;
  std::string price_refusal(const PlaceOrder& request, const Symbol& symbol,
                            const std::optional<Rate>& rate) const;
  std::string bracket_refusal(const Symbol& symbol, Side side, const Rational& below,
                              const Rational& above, const std::optional<Rational>& sl,
                              const std::optional<Rational>& tp) const;
  Id new_order(const PlaceOrder& request, OrderStatus status);
  Id place(const PlaceOrder& request, const Asking& asking);
  std::string state_refusal(const PlaceOrder& request, bool reduces) const;
  bool is_whole(const PlaceOrder& request) const;
  void place_oco(const PlaceOco& pair);
  void wake(Order& order);
  void start(Order& order);
  std::string modify_order(const ModifyOrder& change);
  std::string cancel_order(Id id);
  void finish(Order& order, OrderStatus status, const std::string& code = "");
  void set_status(Order& order, OrderStatus status);
  void tell(const Order& order);
  void rest(Order& order);
  void end_or_rest(Order& order, const std::string& code);
  void cancel_partner(Order& order);
  bool is_resting(const Order& order) const;
  bool acts_as_limit(const Order& order) const;
  bool is_marketable(const Order& order) const;

  // execution.cpp: taking liquidity
  void execute_order(Order& order);
  Rational closable(const Order& order) const;
  std::vector<Id> closing_targets(const Order& order) const;
  Rational send_closing_parts(Order& order, Rational reducing);
  std::string execute_parts(Order& order, const Rational& volume);
  std::string execute_opening(Order& order, const Rational& volume);
  std::string take(Order& order, Rational volume);
  Order* best_maker(const Order& taker, const Rational& house, const std::set<Id>& skipped);
  bool closes_at_venue(const Order& order) const;
  std::string prevent_self_trade(Order& taker, Order& maker, Rational& volume);
  Rational allowed(const Order& order, const Rational& volume, const Rational& price,
                   std::string& refusal) const;
  std::string cross(Order& taker, Order& maker, Rational& volume);
  int places_of(const Order& order, const Rational& volume) const;
  std::string fok_refusal(const Order& order, const Rational& volume) const;
  Rational venue_part_of_opening(const Order& order, const Rational& volume) const;
  std::optional<Rational> worst_price(const Order& order) const;
  Rational house_price(const Order& order) const;

  // fills.cpp: what a fill does
  std::string fill(Order& order, const Rational& volume, const Rational& price);
  std::string open_refusal(const Order& order, const Rational& volume, const Rational& price) const;
  std::string open_refusal(const Order& order, const Rational& volume, const Rational& price,
                           std::set<Limit>& warned) const;
  void note_fill(Order& order, const Rational& volume, const Rational& price);
  void open_volume(Order& order, const Rational& volume, const Rational& price,
                   std::optional<Rational> venue_price);
  Position& position_for(const Order& order);
  void close_volume(Order& order, Position& position, const Rational& volume, const Rational& price,
                    std::optional<Rational> venue_price);
  Rational remove_share(Rational& total, const Rational& part, const Rational& volume,
                        int decimals) const;
  void scale_basis(Position& position, const Rational& closed) const;
  void note_close(Position& position, const Rational& price, CloseReason reason, Id order);
  void update_marks(const std::string& name);

  // positions.cpp
  std::string close_position(const ClosePosition& close);
  void close_now(Position& position, const Rational& volume, CloseReason reason);
  Rational venue_part(const Position& position, const Rational& volume) const;
  std::string close_by(const CloseBy& pair);
  Rational take_out(Position& position, const Rational& volume, Rational& at_venue);
  void close_by_order(Position& position, const Rational& volume, const Rational& price);
  std::string close_all(const CloseAll& request);
  std::string modify_position(const ModifyPosition& change);
  void attach_trailing(Position& position);
  void advance_trailing(Position& position);
  void advance_trailing(Order& order);
  void advance_break_even(Position& position);

  // quotes.cpp: what one quote sets off
  std::string quote(const Quote& quote);
  void fire_brackets(const std::string& symbol);
  void fire_limits(const std::string& symbol);
  void emit_trigger(Id owner, Id order, Id position, const std::string& code,
                    const Rational& price);
  void fire_limit(Order& order);
  void fire_stop(Order& order);
  void execute_reached(Order& order);
  void execute_round();
  void fire_stops(const std::string& symbol);
  void follow(const std::string& symbol);

  // stop_out.cpp
  void margin_calls();
  bool must_stop_out(const Account& account) const;
  bool below(const Account& account, const Rational& level) const;
  void stop_out(Account& account);
  std::vector<Id> stop_out_candidates(const Account& account) const;
  Rational smart_slice(const Account& account, const Position& position) const;
  Rational own_margin(const Position& position) const;

  // venue.cpp
  Id send(VenueRequest::Kind kind, Order& order, Id position, const Rational& volume,
          std::optional<Rational> limit);
  std::string venue_report(const VenueReport& report);
  void venue_fill(VenueRequest& request, const Rational& volume, const Rational& price);
  void forget_closing(Position& position, const VenueRequest& by);
  bool give_to_client(VenueRequest& request, Order& order, const Rational& volume,
                      const Rational& price, const Rational& client_price);
  void venue_end(VenueRequest& request, const std::string& code);
  Rational with_markup(const Account& account, const Symbol& symbol, Side side,
                       const Rational& price) const;
  Rational without_markup(const Account& account, const Symbol& symbol, Side side,
                          const Rational& price) const;
  void settle_order(Order& order, const std::string& code);

  // timers.cpp
  std::string advance(Time until);
  Time next_timer(Time after) const;
  void expire_orders();
  std::vector<Id> open_by_account() const;
  void roll_over(std::int64_t local_day);
  Rational swap_amount(const Position& position, const SwapSettings& swap, int night_count) const;
  Rational swap_free_fee(const Position& position, int night_count) const;
  void fund();

  Account& account(Id id) { return accounts_.at(id); }
  const Account& account(Id id) const { return accounts_.at(id); }
  const Symbol& symbol(const std::string& name) const { return symbols_.at(name); }
  void emit(Event event) { result_.events.push_back(std::move(event)); }

  EngineSettings settings_;
  Time now_ = 0;
  Id next_id_ = 1;
  Id next_sequence_ = 1;
  std::map<std::string, Symbol> symbols_;
  std::map<std::string, Group> groups_;
  std::map<std::string, Rate> rates_;
  std::map<Id, Account> accounts_;
  std::map<Id, Order> orders_;
  std::map<Id, Position> positions_;
  std::map<Id, Withdrawal> withdrawals_;
  std::map<Id, VenueRequest> requests_;
  std::vector<LedgerEntry> ledger_;
  std::map<std::pair<std::string, std::string>, Rational> house_;
  std::map<std::string, Rational> venue_volume_;
  std::map<std::string, Rational> house_hedge_;
  std::vector<Print> tape_;
  std::vector<Id> reached_;  ///< orders that go round
  struct Recent {
    PlaceOrder request;
    Time time = 0;
  };
  std::vector<Recent> recent_;  ///< new orders that were taken
  std::map<Scope, LimitSet> limits_;
  std::map<Scope, KillAction> switches_;
  Result result_;
};

}  // namespace tribook::reference
