#include "time_machine/teller.h"

#include <utility>

#include "time_machine/sums.h"

namespace tribook::time_machine {

namespace {

std::string name_of(const Subject& subject) {
  if (subject.order) return "order " + std::to_string(subject.order.value);
  if (subject.entry) return "ledger entry " + std::to_string(subject.entry.value);
  if (subject.alert) return "alert " + std::to_string(subject.alert.value);
  if (subject.account) return "account " + std::to_string(subject.account.value);
  return "position " + std::to_string(subject.position.value);
}

}  // namespace

Teller::Teller(Subject subject, const Book& book, const Slab& slab)
    : subject_(subject), book_(book), slab_(slab) {
  story_.subject = name_of(subject);
}

Section& Teller::add(std::string kind, std::string title) {
  Section section;
  section.kind = std::move(kind);
  section.title = std::move(title);
  section.sequence = record_.sequence;
  section.time = record_.time;
  story_.sections.push_back(std::move(section));
  return story_.sections.back();
}

namespace {

// Where a tick came from.
void tell_source(Section& section, VenueId venue, TimeNs venue_time, Sequence quote) {
  section.number("venue", static_cast<int128>(venue.value) * kFixedOne);
  section.say("venue time", time_text(venue_time));
  section.number("quote sequence", static_cast<int128>(quote.value) * kFixedOne);
}

}  // namespace

void Teller::add_quotes(Section& section, SymbolId id, AccountId account) {
  const BookAccount* owner = book_.account(account);
  const BookSymbol* traded = book_.symbol(id);
  if (traded == nullptr || owner == nullptr) return;
  const CommissionSpec& commission = book_.groups().commission(owner->group, traded->instrument);
  for (const SymbolId needed :
       symbols_needed(book_.rates(), traded->instrument, commission, owner->currency)) {
    const BookSymbol& symbol = *book_.symbol(needed);
    const Quote quote = needed == id ? book_.quote_for(account, id) : book_.quote(needed);
    section.quotes.push_back(
        quote_line(symbol.instrument, quote, symbol.is_session_open, record_.time));
  }
}

void Teller::begin(const Record& record) {
  record_ = record;
  chapter_.reset();
  margin_before_.reset();
  stop_out_.reset();
  evened_ = {};
  follows_alert_ = false;
  level_before_.clear();
  last_before_ = book_.last_order();
  courses_.clear();
  look_.reset();
  dealt_.clear();
  has_reported_ = false;
  texts_ = {};
  const CommandKind kind = record.command.header.kind;
  if (kind != CommandKind::NewOrder && kind != CommandKind::NewOrderPair) return;
  const Texts texts = read_texts(slab_.get(record.command.header.text));
  for (std::size_t i = 0; i < texts_.size(); ++i) texts_[i] = texts.part[i];
}

void Teller::hear(const Event& event) {
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      return hear_order(event, event.get<OrderUpdated>());
    case EventKind::TradeExecuted:
      return hear_trade(event, event.get<TradeExecuted>());
    case EventKind::PositionUpdated:
      return hear_position(event.get<PositionUpdated>());
    case EventKind::LedgerPosted:
      return hear_ledger(event, event.get<LedgerPosted>());
    case EventKind::AccountUpdated:
      return hear_account(event, event.get<AccountUpdated>());
    case EventKind::StopOut:
      return hear_stop_out(event, event.get<StopOutStarted>());
    case EventKind::MarginCall:
      return hear_margin_call(event, event.get<MarginCallRaised>());
    case EventKind::PositionLiquidated:
      return hear_liquidated(event.get<PositionLiquidated>());
    case EventKind::PositionFollowed:
      return hear_follow(event.get<PositionFollowed>());
    case EventKind::OrderTerms:
      return tell_terms(event.get<OrderTerms>());
    case EventKind::BookPrinted:
      return hear_print(event.get<BookPrinted>());
    case EventKind::VenueRequested:
      return hear_requested(event.get<VenueRequested>());
    case EventKind::VenueReported:
      return hear_reported(event.get<VenueReported>());
    case EventKind::VenueSettled:
      return hear_settled(event.get<VenueSettled>());
    case EventKind::Refused:
      return hear_refused(event.get<Refused>());
    default:
      return;
  }
}

void Teller::hear_order(const Event& event, const OrderUpdated& updated) {
  const bool is_ours = subject_.order ? updated.order == subject_.order
                                      : updated.position && updated.position == subject_.position;
  chapter_.reset();
  if (updated.reason == CloseReason::StopOut) note_level_before(event.header.account);
  if (updated.order == dealt_order_) dealt_.clear();
  if (!is_ours) return;
  account_ = event.header.account;
  look_.reset();
  if (updated.is_duplicate != 0) {
    Section& section = add("REPEATED", "asked again with the same id: answered, nothing changed");
    section.say("client order id", texts_[0]);
    return;
  }
  chapter_ = Chapter{updated.order, updated.position, event.header.account, updated.symbol};
  const auto [course, is_first] = courses_.try_emplace(updated.order);
  const bool is_new = is_first && updated.order > last_before_;
  if (updated.reason == CloseReason::None) {
    tell_order(event, updated, course->second, is_first);
  } else if (is_new) {
    tell_close(event, updated);
  } else {
    tell_change(updated, event.header.account);
  }
}

// An order, or a pair, may change several positions before the account is told of its margin.
// One that is not open yet may be what the order opens after it closed others.
void Teller::note_margin_before(AccountId account, const TradeExecuted& trade) {
  const BookPosition* position = book_.position(subject_.position);
  const bool is_beside =
      position != nullptr && position->account == account && position->symbol == trade.symbol;
  const bool may_open =
      position == nullptr && subject_.position && trade.reason == CloseReason::Manual;
  // Of a pair that close each other the account is told once, after both.
  const bool is_pair = trade.reason == CloseReason::CloseBy;
  if (margin_before_ || !(chapter_ || is_beside || may_open || is_pair)) return;
  margin_before_ = symbol_margin(account, trade.symbol).result;
}

void Teller::hear_trade(const Event& event, const TradeExecuted& trade) {
  note_margin_before(event.header.account, trade);
  tell_trade(event, trade);
  if (trade.order == dealt_order_) dealt_last_ = trade.trade;
}

void Teller::tell_trade(const Event& event, const TradeExecuted& trade) {
  const bool is_closed_in_passing = subject_.position && trade.position == subject_.position &&
                                    trade.reason == CloseReason::Manual;
  if (!chapter_ && is_closed_in_passing) {
    chapter_ = Chapter{trade.order, trade.position, event.header.account, trade.symbol};
    tell_closed_by_order(trade, event.header.account);
  }
  if (!chapter_ || trade.order != chapter_->order) return;
  if (subject_.position && trade.position != subject_.position) return;
  chapter_->position = trade.position;  // of which the next entries are
  chapter_->has_dealt = true;
  commission_ += trade.commission;
  realized_ += trade.realized_pnl;
  owner_ = event.header.account;
  if (trade.reason == CloseReason::None) {
    tell_fill(trade, event.header.account);
  } else {
    tell_reduction(trade);
  }
  tell_commission(trade, event.header.account);
}

void Teller::hear_position(const PositionUpdated& updated) {
  if (chapter_ || !subject_.position || updated.position != subject_.position) return;
  const BookPosition* before = book_.position(updated.position);
  if (before == nullptr || updated.action != PositionAction::Modified) return;
  const CommandKind cause = record_.command.header.kind;
  if (cause == CommandKind::Rollover || cause == CommandKind::Funding) return;  // told as charges
  const bool is_same =
      before->stop_loss == updated.stop_loss && before->take_profit == updated.take_profit;
  if (is_same && cause != CommandKind::ModifyPosition) return;  // a venue has to close it, say
  if (cause == CommandKind::Quote) return tell_followed(*before, updated);
  Section& section = add("LEVELS", "its stop-loss and take-profit were changed");
  say_user(section, account_);
  section.price("stop-loss before", before->stop_loss);
  section.price("stop-loss after", updated.stop_loss);
  section.price("take-profit before", before->take_profit);
  section.price("take-profit after", updated.take_profit);
}

void Teller::hear_ledger(const Event& event, const LedgerPosted& posted) {
  const bool is_charge = posted.type == LedgerType::Swap || posted.type == LedgerType::Funding;
  const bool is_ours = subject_.entry ? posted.entry == subject_.entry
                                      : subject_.position && posted.reference_is_position != 0 &&
                                            posted.reference == subject_.position.value;
  if (is_charge && is_ours) return tell_charge(event, posted);
  if (subject_.entry && is_ours) return tell_entry(posted);
  if (!chapter_ || event.header.account != chapter_->account) return;
  const bool is_of_position =
      posted.reference_is_position != 0 && posted.reference == chapter_->position.value;
  if (!is_of_position && posted.type != LedgerType::NegativeBalance) return;
  Section* section = &story_.sections.back();
  if (section->ledger.empty()) section = &add("LEDGER", "what was booked");
  section->ledger.push_back({posted.entry, posted.type, posted.balance_after - posted.amount,
                             posted.amount, posted.balance_after});
}

Formula Teller::symbol_margin(AccountId account, SymbolId symbol) const {
  const Ratio rate = book_.symbol(symbol)->instrument.margin.maintenance_rate;
  return margin_formula(book_, "margin of the symbol", symbol, account,
                        book_.sides(account, symbol), rate);
}

// The fill is in the book by now, the account is not.
void Teller::hear_account(const Event& event, const AccountUpdated& updated) {
  const int128 margin_before = std::exchange(margin_before_, {}).value_or(0);
  if (!chapter_ || event.header.account != chapter_->account || !chapter_->has_dealt) return;
  chapter_->has_dealt = false;
  const BookAccount* before = book_.account(event.header.account);
  if (before == nullptr) return;
  Section& section = add("STANDING", "the account after it");
  section.number("balance", updated.balance.raw);
  section.number("used margin before", before->used_margin.raw);
  section.number("used margin after", updated.used_margin.raw);
  const Formula now = symbol_margin(chapter_->account, chapter_->symbol);
  FormulaMaker maker("used margin", now.unit, now.digits);
  std::string sum = maker.in("before", before->used_margin.raw);
  sum += " - " + maker.in("symbol_before", margin_before, "margin of the symbol");
  sum += " + " + maker.in("symbol_after", now.result);
  section.formulas = {now, maker.make(sum, updated.used_margin.raw)};
}

namespace {

void say_level(Section& section, Money equity, Money used) {
  if (used.is_zero()) return;  // there is none
  if (const auto level = margin_level(equity, used)) {
    section.number("margin level", level->raw);
  } else {
    section.say("margin level", "beyond what can be expressed");
  }
}

}  // namespace

void Teller::hear_stop_out(const Event& event, const StopOutStarted& started) {
  const BookAccount* account = book_.account(event.header.account);
  const BookSymbol* symbol = book_.symbol(started.symbol);
  if (account == nullptr || symbol == nullptr) return;
  Section section;
  section.kind = "STOP_OUT";
  section.title = "the account was stopped out";
  section.sequence = record_.sequence;
  section.time = record_.time;
  section.number("equity", started.equity.raw);
  section.number("used margin", started.used_margin.raw);
  say_level(section, started.equity, started.used_margin);
  section.number("stop-out level", started.threshold.raw);
  section.say("closes while", "margin level < stop-out level");
  section.say("in the order", name_of(started.order));
  section.say("tick of", symbol->instrument.name.view());
  section.price("bid before", symbol->previous.bid);
  section.price("ask before", symbol->previous.ask);
  section.price("bid", started.bid);
  section.price("ask", started.ask);
  tell_source(section, started.venue, started.venue_time, event.header.root);
  section.formulas =
      standing_formulas(book_, event.header.account, started.equity.raw,
                        started.used_margin.is_zero() ? std::optional<int128>()
                                                      : std::optional<int128>(started.level.raw));
  stop_out_ = std::move(section);
  follows_alert_ = subject_.alert && subject_.alert == started.alert;
  if (!follows_alert_) return;
  account_ = event.header.account;
  tell_stop_out();
  tell_standing(account_, nullptr);
}

// The tick that priced the close: of the position's own symbol.
void Teller::hear_liquidated(const PositionLiquidated& liquidated) {
  const bool is_ours = subject_.alert && subject_.alert == liquidated.alert;
  if (is_ours) tell_stop_out();
  if (is_ours || follows_alert_) return tell_liquidation(liquidated);
  if (!chapter_ || liquidated.order != chapter_->order) return;
  Section& section = add("LIQUIDATION", "the tick that priced it");
  if (!liquidated.level.is_zero()) section.number("margin level before", liquidated.level.raw);
  section.number("stop-out level", liquidated.threshold.raw);
  section.price("bid", liquidated.bid);
  section.price("ask", liquidated.ask);
  tell_source(section, liquidated.venue, liquidated.venue_time, liquidated.quote);
  add_level_before(section, liquidated);
}

void Teller::hear_margin_call(const Event& event, const MarginCallRaised& raised) {
  const BookPosition* position = book_.position(subject_.position);
  const bool is_beside = position != nullptr && position->account == event.header.account;
  const bool is_ours = subject_.alert && subject_.alert == raised.alert;
  if (!is_beside && !is_ours) return;
  chapter_.reset();
  Section& section =
      add("MARGIN_CALL", is_ours ? "the account was called: a warning, nothing closed"
                                 : "its account was called: a warning, nothing was "
                                   "closed");
  section.number("margin call level", raised.threshold.raw);
  section.formulas =
      standing_formulas(book_, event.header.account, raised.equity.raw, raised.level.raw);
  if (!is_ours) return;
  section.number("equity", raised.equity.raw);
  section.number("used margin", raised.used_margin.raw);
  say_level(section, raised.equity, raised.used_margin);
  if (const BookSymbol* symbol = book_.symbol(raised.symbol)) {
    section.say("tick of", symbol->instrument.name.view());
    section.price("bid", raised.bid);
    section.price("ask", raised.ask);
    tell_source(section, raised.venue, raised.venue_time, event.header.root);
  }
  account_ = event.header.account;
  tell_standing(account_, nullptr);
}

// Of what somebody asked before there was such a position its story does not tell.
void Teller::hear_refused(const Refused& refused) {
  if (!subject_.position || !has_story()) return;
  const Command& command = record_.command;
  const bool is_close = command.header.kind == CommandKind::ClosePosition &&
                        command.get<ClosePosition>().position == subject_.position;
  const bool is_change = command.header.kind == CommandKind::ModifyPosition &&
                         command.get<ModifyPosition>().position == subject_.position;
  if (!is_close && !is_change) return;
  if (command.header.account && command.header.account != account_) return;  // a stranger asked
  Section& section =
      add("REFUSED", is_close ? "a close was refused" : "a change of its levels was refused");
  say_user(section, account_);
  section.say("code", name_of(refused.code));
  section.say("reason", describe(refused.code));
}

void Teller::finish(const engine::Engine& engine) {
  record_.sequence = engine.last_sequence();
  record_.time = engine.now();
  if (!subject_.account) return tell_now();
  if (!engine.has_account(subject_.account)) return;
  account_ = subject_.account;
  const engine::AccountFigures figures = engine.figures(account_);
  tell_standing(account_, &figures);
}

void Teller::tell_now() {
  if (!subject_.position || !has_story()) return;
  const BookPosition* position = book_.position(subject_.position);
  Section& section =
      add("NOW", position != nullptr ? "where it stands: open" : "where it stands: closed");
  if (position != nullptr) {
    section.number("volume", position->volume.raw);
    section.price("stop-loss", position->stop_loss);
    section.price("take-profit", position->take_profit);
    section.say("book", name_of(position->stands_at));
    if (position->is_closing) section.say("close", "on its way at a venue");
    const Price price =
        closing_price(position->side, book_.quote_for(position->account, position->symbol));
    section.price("current price", price);
    section.formulas.push_back(
        profit_formula(book_, *position, position->open_cost, position->volume, price, {}));
    add_quotes(section, position->symbol, position->account);
  }
  const BookAccount* account = book_.account(owner_);
  if (account == nullptr) return;
  const Currency currency = account->currency;
  FormulaMaker maker("booked in all", std::string(CurrencyText(currency).view()),
                     minor_digits(currency));
  std::string sum = maker.in("realized", realized_.raw, "P&L of its closes") + " + " +
                    maker.in("commission", commission_.raw, "of all its fills");
  if (!charges_.is_zero()) sum += " + " + maker.in("swap", charges_.raw, "and funding");
  section.formulas.push_back(maker.make(sum));
}

}  // namespace tribook::time_machine
