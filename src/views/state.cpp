#include "views/state.h"

#include <utility>

#include "tribook/base/assert.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::views {
namespace {

// One writer: an atomic that only it changes needs no read-modify-write.
void bump(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

constexpr std::size_t kReference = 1;  // which of a payment's texts is which
constexpr std::size_t kNote = 2;

}  // namespace

Views::State::State(const ViewLimits& limits, const Slab& texts)
    : slab(texts),
      symbols_max(limits.symbols),
      accounts(limits.accounts),
      text_ring(limits.text_bytes),
      orders(limits, accounts, text_ring),
      positions(limits, accounts),
      trades(limits.trades),
      ledger(limits.ledger),
      days(limits.days),
      alerts(limits.alerts),
      rules(limits.accounts, limits.symbols),
      quotes(new Versioned<QuoteView>[limits.symbols + 1]),
      sessions(new std::atomic<bool>[limits.symbols + 1]()),
      candles(limits),
      depths(limits),
      symbols(std::make_shared<const SymbolTable>()),
      groups(std::make_shared<const GroupBook>(0)),
      withdrawals(limits.withdrawals),
      venues(limits.symbols, limits.open_orders),
      directory(limits.users) {}

template <typename Body>
void Views::State::take(const Event& event) {
  if (!on(event.header, event.get<Body>())) bump(overflows);
}

void Views::State::apply(const Event& event) {
  bump(events);
  told_at.store(event.header.time.ns, std::memory_order_relaxed);
  roll_day(event.header.time);
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      return take<OrderUpdated>(event);
    case EventKind::OrderTerms:
      return take<OrderTerms>(event);
    case EventKind::PositionFollowed:
      return take<PositionFollowed>(event);
    case EventKind::TradeExecuted:
      return take<TradeExecuted>(event);
    case EventKind::TradeSwap:
      swap_ = event.get<TradeSwap>();
      return;
    case EventKind::PositionUpdated:
      return take<PositionUpdated>(event);
    case EventKind::PositionReduced:
      return take<PositionReduced>(event);
    case EventKind::LedgerPosted:
      return take<LedgerPosted>(event);
    case EventKind::AccountUpdated:
      return take<AccountUpdated>(event);
    case EventKind::AccountCreated:
      return take<AccountCreated>(event);
    case EventKind::AccountOptionsUpdated:
      return take<AccountOptionsUpdated>(event);
    case EventKind::UserCreated:
      return take<UserCreated>(event);
    case EventKind::PasswordChanged:
      return take<PasswordChanged>(event);
    case EventKind::SymbolUpdated:
      return take<SymbolUpdated>(event);
    case EventKind::QuoteApplied:
      return take<QuoteApplied>(event);
    case EventKind::SessionChanged:
      return take<SessionChanged>(event);
    case EventKind::AccountDayEnded:
      return take<AccountDayEnded>(event);
    case EventKind::WithdrawalUpdated:
      return take<WithdrawalUpdated>(event);
    case EventKind::GroupUpdated:
      return take<GroupUpdated>(event);
    case EventKind::GroupTermsUpdated:
      return take<GroupTermsUpdated>(event);
    case EventKind::PositionCarried:
      return take<PositionCarried>(event);
    case EventKind::HouseCarried:
      return take<HouseCarried>(event);
    case EventKind::MarginCall:
      return take<MarginCallRaised>(event);
    case EventKind::StopOut:
      return take<StopOutStarted>(event);
    case EventKind::PositionLiquidated:
      return take<PositionLiquidated>(event);
    case EventKind::DepthChanged:
      return take<DepthChanged>(event);
    case EventKind::Settled:
      return accounts.close();
    case EventKind::None:
    case EventKind::ClockMoved:
    case EventKind::Refused:
    case EventKind::BookPrinted:
    case EventKind::VenueSettled:
    case EventKind::KillSwept:
    case EventKind::OrderWarned:
      return;
    case EventKind::AccountWatched:
      return take<AccountWatched>(event);
    case EventKind::LimitsUpdated:
      return take<LimitsUpdated>(event);
    case EventKind::KillSwitchChanged:
      return take<KillSwitchChanged>(event);
    case EventKind::RiskAlert:
      return take<RiskAlert>(event);
    case EventKind::VenueRequested:
      return take<VenueRequested>(event);
    case EventKind::VenueReported:
      return take<VenueReported>(event);
    case EventKind::VenueExposureCarried:
      return take<VenueExposureCarried>(event);
  }
}

void Views::State::roll_day(TimeNs time) {
  const std::int64_t day = day_of(time);
  if (day > day_volume.own().day) day_volume.store({day, 0});
}

bool Views::State::on(const EventHeader& header, const OrderUpdated& event) {
  if (event.is_duplicate != 0) return true;
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr) return false;
  return orders.apply(header, event, read_texts(slab.get(header.text)), *account);
}

bool Views::State::on(const EventHeader& header, const OrderTerms& event) {
  if (accounts.open(header.account, header.root) == nullptr) return false;
  orders.apply(header, event);
  return true;
}

bool Views::State::on(const EventHeader& header, const PositionFollowed& event) {
  if (accounts.open(header.account, header.root) == nullptr) return false;
  positions.apply(event);
  return true;
}

bool Views::State::on(const EventHeader& header, const TradeExecuted& event) {
  DayVolume volume = day_volume.own();
  if (const auto sum = checked_add(volume.volume_raw, event.volume.raw)) volume.volume_raw = *sum;
  day_volume.store(volume);

  positions.apply(event);
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr) return false;
  TradeView trade;
  trade.realized_pnl = event.realized_pnl;
  trade.commission = event.commission;
  trade.swap = swap_.trade == event.trade ? swap_.swap : Money{};
  trade.id = event.trade;
  trade.order = event.order;
  trade.position = event.position;
  trade.volume = event.volume;
  trade.price = event.price;
  trade.time = header.time;
  trade.account = header.account;
  trade.symbol = event.symbol;
  trade.side = event.side;
  trade.book = event.book;
  trade.reason = event.reason;
  trades.append(trade, header.root, account->trades);
  return true;
}

bool Views::State::on(const EventHeader& header, const PositionUpdated& event) {
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr || !positions.apply(header, event, *account)) return false;
  if (event.action == PositionAction::Opened) {
    catch_up(event, *account, header.root);
  }
  return true;
}

// Quotes that overtook the opening, at the prices of the account's group.
void Views::State::catch_up(const PositionUpdated& opened, const AccountSlot& account,
                            Sequence root) {
  const TickRange missed = candles.marks_after(opened.symbol, root);
  const GroupId group = account.record.load().group_id;
  const Instrument* instrument = symbols->find(opened.symbol);
  if (missed.count == 0) return;
  const auto at = [&](const BidAsk& own, const BidAsk& venue) {
    return group && instrument != nullptr ? groups->prices(group, *instrument, venue) : own;
  };
  positions.catch_up(opened.position, at(missed.highest, missed.venue_highest),
                     at(missed.lowest, missed.venue_lowest));
}

bool Views::State::on(const EventHeader& header, const PositionReduced& event) {
  if (accounts.open(header.account, header.root) == nullptr) return false;
  positions.apply(header, event);
  return true;
}

bool Views::State::on(const EventHeader& header, const PositionCarried& event) {
  if (accounts.open(header.account, header.root) == nullptr) return false;
  positions.apply(event);
  return true;
}

bool Views::State::on(const EventHeader&, const HouseCarried& event) {
  DayVolume volume = day_volume.own();
  volume.volume_raw = event.day_volume.raw;
  day_volume.store(volume);
  return true;
}

bool Views::State::on(const EventHeader& header, const LedgerPosted& event) {
  if (event.is_duplicate != 0) return true;  // an answer; nothing was booked
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr) return false;
  const Texts texts = read_texts(slab.get(header.text));
  KeptEntry entry;
  entry.amount = event.amount;
  entry.balance_after = event.balance_after;
  entry.id = event.entry;
  entry.reference_id = event.reference;
  entry.time = header.time;
  entry.account = header.account;
  entry.type = event.type;
  entry.house = event.house;
  entry.method = event.method;
  entry.reference_is_position = event.reference_is_position != 0;
  entry.is_of_credit = event.is_of_credit != 0;
  entry.adjustment = event.adjustment;
  entry.texts = text_ring.put(texts.part[kReference].substr(0, kReferenceMax),
                              texts.part[kNote].substr(0, kNoteMax));
  ledger.append(entry, header.root, account->ledger);
  if (is_payment(event.type)) {
    AccountView view = account->record.load();
    view.day_base += event.amount;
    view.peak += event.amount;
    account->record.store(view);
  }
  return true;
}

bool Views::State::on(const EventHeader& /*header*/, const DepthChanged& event) {
  return depths.apply(event);
}

bool Views::State::on(const EventHeader& header, const SymbolUpdated& event) {
  const auto instrument = read_spec<Instrument>(slab.get(header.text));
  TB_ASSERT(instrument.has_value() && instrument->id == event.symbol);
  if (!event.symbol || event.symbol.value > symbols_max) return false;
  candles.add_symbol(event.symbol);
  price_anew(*instrument);
  auto table = symbols->with(*instrument);
  const std::lock_guard lock(symbols_mutex);
  symbols.swap(table);
  return true;
}

// A new markup counts at once, and is no tick.
void Views::State::price_anew(const Instrument& instrument) {
  Versioned<QuoteView>& quote = quotes[instrument.id.value];
  QuoteView view = quote.own();
  const auto own = with_markup(instrument, view.venue_bid, view.venue_ask);
  if (!own) return;  // never quoted
  view.bid = own->bid;
  view.ask = own->ask;
  quote.store(view);
}

bool Views::State::on(const EventHeader& header, const GroupUpdated& event) {
  const auto spec = read_spec<GroupSpec>(slab.get(header.text));
  TB_ASSERT(spec.has_value());
  auto changed = std::make_shared<GroupBook>(*groups);
  changed->put(event.group, *spec);
  const std::lock_guard lock(symbols_mutex);
  groups = std::move(changed);
  return true;
}

bool Views::State::on(const EventHeader& header, const GroupTermsUpdated& event) {
  const auto terms = read_spec<GroupTerms>(slab.get(header.text));
  TB_ASSERT(terms.has_value());
  auto changed = std::make_shared<GroupBook>(*groups);
  changed->put_terms(event.group, event.symbol, *terms);
  const std::lock_guard lock(symbols_mutex);
  groups = std::move(changed);
  return true;
}

bool Views::State::on(const EventHeader& header, const WithdrawalUpdated& event) {
  withdrawals.apply(header, event, read_texts(slab.get(header.text)));
  return true;
}

bool Views::State::on(const EventHeader& header, const QuoteApplied& event) {
  if (!event.symbol || event.symbol.value > symbols_max) return false;
  Versioned<QuoteView>& quote = quotes[event.symbol.value];
  quote.store({.bid = event.bid,
               .ask = event.ask,
               .venue_bid = event.venue_bid,
               .venue_ask = event.venue_ask,
               .venue_time = event.venue_time,
               .time = header.time,
               .ticks = quote.own().ticks + 1,
               .symbol = event.symbol,
               .venue = event.venue,
               .never_stale = event.never_stale != 0});
  candles.apply(header, event);
  follow_marks(event);
  return true;
}

void Views::State::follow_marks(const QuoteApplied& event) {
  if (event.is_mark == 0) return;
  positions.follow(event.symbol, {}, {event.bid, event.ask});
  const Instrument* instrument = symbols->find(event.symbol);
  if (instrument == nullptr) return;
  const BidAsk venue{event.venue_bid, event.venue_ask};
  for (std::size_t i = 1; i <= groups->count(); ++i) {
    const GroupId group{static_cast<std::uint16_t>(i)};
    positions.follow(event.symbol, group, groups->prices(group, *instrument, venue));
  }
}

bool Views::State::on(const EventHeader&, const SessionChanged& event) {
  if (!event.symbol || event.symbol.value > symbols_max) return false;
  sessions[event.symbol.value].store(event.is_open != 0, std::memory_order_release);
  return true;
}

bool Views::State::on(const EventHeader& header, const AccountDayEnded& event) {
  AccountSlot* account = accounts.open(header.account, header.root);
  if (account == nullptr) return false;
  AccountDayView day;
  day.balance = event.balance;
  day.equity = event.equity;
  day.pnl = event.pnl;
  day.realized_pnl = event.realized_pnl;
  day.charges = event.charges;
  day.id = day_id(header.account, event.day);
  day.volume = event.volume;
  day.time = header.time;
  day.account = header.account;
  day.positions = event.positions;
  days.append(day, header.root, account->days);
  return true;
}

void Views::State::begin_behind(Sequence last) {
  accounts.close();
  orders.begin_behind(last);
  positions.begin_behind(last);
  trades.begin_behind(last);
  ledger.begin_behind(last);
  days.begin_behind(last);
  alerts.begin_behind(last);
  withdrawals.begin_behind(last);
  candles.begin_behind(last);
  accounts.for_each_own([](AccountSlot& account) {
    for (auto* newest : {&account.orders, &account.trades, &account.ledger,
                         &account.closed_positions, &account.days}) {
      newest->store(kBehind, std::memory_order_release);
    }
  });
}

void Views::State::view_of(const KeptEntry& kept, LedgerView& out) const {
  static_cast<LedgerFields&>(out) = kept;
  out.texts_lost = !text_ring.read(kept.texts, out.payment_reference, out.note);
}

}  // namespace tribook::views
