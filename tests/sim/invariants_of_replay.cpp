#include <algorithm>
#include <string>

#include "sim/invariants.h"
#include "sim/violation.h"
#include "support/same_views.h"

// Of what a stranger reads in the journal.

namespace tribook::sim {

void same_positions(const Reference& reference, const engine::Engine& engine,
                    std::string_view name) {
  std::size_t count = 0;
  engine.for_each_position([&](const engine::PositionFigures& position) {
    ++count;
    const auto found = reference.positions.find(position.id.value);
    demand(found != reference.positions.end() && found->second.volume == position.volume &&
               found->second.account == position.account && found->second.side == position.side &&
               found->second.stop_loss == position.stop_loss &&
               found->second.take_profit == position.take_profit &&
               found->second.commission == position.commission,
           name, "position " + number(position.id.value) + " is not what its events say");
  });
  demand(count == reference.positions.size(), name, "positions are missing");
}

// A partner is told when a pair is placed; that it is gone is told by its own end.
void same_orders(const Reference& reference, const engine::Engine& engine, std::string_view name) {
  std::size_t count = 0;
  engine.for_each_order([&](const engine::OrderFigures& order) {
    ++count;
    const auto found = reference.working.find(order.id.value);
    demand(found != reference.working.end() && found->second.status == order.status &&
               found->second.account == order.account && found->second.side == order.side &&
               found->second.volume == order.volume && found->second.filled == order.filled &&
               found->second.limit == order.limit && found->second.trigger == order.trigger &&
               found->second.expires == order.expires,
           name, "order " + number(order.id.value) + " is not what its events say");
    demand(!order.partner || reference.working.contains(order.partner.value), name,
           "order " + number(order.id.value) + " has a partner that ended");
  });
  demand(count == reference.working.size(), name, "orders are missing");
}

void same_accounts(const Reference& reference, const engine::Engine& engine,
                   std::string_view name) {
  for (const auto& [id, account] : reference.accounts) {
    demand(engine.has_account(AccountId{id}), name, "account " + number(id) + " is unknown");
    const engine::AccountFigures now = engine.figures(AccountId{id});
    demand(now.balance == account.balance, name,
           "account " + number(id) + "'s balance is not the sum of its entries");
    demand(now.used_margin == account.used_margin, name,
           "account " + number(id) + "'s used margin is not what was told");
  }
}

namespace {

// --- Of a replay ---------------------------------------------------------------------------------

void covered_by_margin(const Audit& audit, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::TradeExecuted) return;
  const auto trade = event.get<TradeExecuted>();
  // What a venue filled is booked whatever the margin is by then.
  if (trade.reason != CloseReason::None || trade.book != Book::B) return;
  const auto now = audit.replica.house().engine().figures(event.header.account);
  demand(!now.free_margin.is_negative(), name,
         "order " + number(trade.order.value) + " left free margin below zero");
}

void filled_at_the_market(const Audit& audit, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::OrderUpdated) return;
  const auto order = event.get<OrderUpdated>();
  if (order.status != OrderStatus::Filled || order.is_duplicate != 0) return;
  if (order.reason == CloseReason::CloseBy || audit.reference.was_sent(order.order)) return;
  if (order.reason == CloseReason::None) return;  // or at a client's: see NaiveBook
  const Price price = audit.margins.price_of(event.header.account, order.symbol, order.side);
  demand(!price.is_zero(), name, "filled without a quote");
  demand(order.filled_price == price, name,
         "order " + number(order.order.value) + " is filled beside the quote");
}

// At the time of the order, by engine time; only what opens needs a fresh one.
void filled_at_fresh_quote(const Audit& audit, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::OrderUpdated) return;
  const auto order = event.get<OrderUpdated>();
  // A venue fills later; what counts is the quote at which it was asked.
  const bool is_asked = order.status == OrderStatus::Filling;
  const bool is_dealt =
      order.status == OrderStatus::Filled && !audit.reference.was_sent(order.order);
  if (!(is_asked || is_dealt) || order.reason != CloseReason::None) return;
  const auto symbol = audit.reference.symbols.find(order.symbol.value);
  const auto quote = audit.quotes.find(order.symbol.value);
  const auto at = audit.quoted_at.find(order.symbol.value);
  if (order.is_duplicate != 0 || at == audit.quoted_at.end()) return;
  const std::int64_t most_ms = symbol->second.stale_after_ms;
  if (most_ms == 0 || quote->second.never_stale != 0) return;
  demand((event.header.time - at->second).count() / 1'000'000 <= most_ms, name,
         "order " + number(order.order.value) + " is filled at an old quote");
}

void margin_is_right(const Audit& audit, const Event&, std::string_view name) {
  demand(audit.margins.problem().empty(), name, audit.margins.problem());
}

void book_is_right(const Audit& audit, const Event&, std::string_view name) {
  demand(audit.book.problem().empty(), name, audit.book.problem());
}

void marks_are_right(const Audit& audit, const Event&, std::string_view name) {
  demand(audit.marks.problem().empty(), name, audit.marks.problem());
}

// Of what a client deals: not what the house closes for him.
void suspended_rest(const Audit& audit, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::TradeExecuted) return;
  const auto trade = event.get<TradeExecuted>();
  const CloseReason reason = trade.reason;
  if (reason != CloseReason::None && reason != CloseReason::Manual) return;
  if (audit.reference.was_sent(trade.order)) return;
  const auto state = audit.states.find(event.header.account.value);
  demand(state == audit.states.end() ||
             (state->second != AccountState::Suspended && state->second != AccountState::Closed),
         name, "account " + number(event.header.account.value) + " deals");
  demand(state == audit.states.end() || state->second != AccountState::CloseOnly ||
             reason != CloseReason::None,
         name, "account " + number(event.header.account.value) + " may only close, and opens");
}

void alerts_are_right(const Audit& audit, const Event&, std::string_view name) {
  demand(audit.alerts.problem().empty(), name, audit.alerts.problem());
}

void rules_hold(const Audit& audit, const Event&, std::string_view name) {
  demand(audit.rules.problem().empty(), name, audit.rules.problem());
}

void readable(const Audit& audit, std::string_view name) {
  demand(audit.result.is_good, name, audit.result.problem);
}

void nothing_acknowledged_lost(const Audit& audit, std::string_view name) {
  const Sequence last = audit.replica.house().engine().last_sequence();
  demand(last >= audit.world.acknowledged, name,
         "record " + number(audit.world.acknowledged.value) +
             " was acknowledged, the journal ends at " + number(last.value));
}

// What gateways got is what the journal gives, from the first event on.
void same_history(const Audit& audit, std::string_view name) {
  const auto& seen = audit.world.log;
  demand(seen.size() <= audit.log.size(), name,
         number(seen.size()) + " events were told, the journal gives " + number(audit.log.size()));
  const auto other = std::mismatch(seen.begin(), seen.end(), audit.log.begin()).first;
  demand(other == seen.end(), name,
         "the journal gives another event than was told at record " +
             number(other == seen.end() ? 0 : other->root));
  demand(!audit.is_sealed || seen.size() == audit.log.size(), name,
         "after a proper stop, events were never told");
}

void same_state(const Audit& audit, std::string_view name) {
  const std::uint64_t replayed = audit.replica.house().state_hash();
  const std::uint64_t held =
      audit.is_sealed ? audit.world.house().state_hash() : audit.world.recovery.state_hash;
  demand(replayed == held, name,
         audit.is_sealed ? "the journal gives another state than the one that was live"
                         : "recovery and a replica that reads the same journal differ");
}

// Whatever the start began with, risk and views are as after all events. After a stop, quotes of
// the last turn may not have come to them.
void same_replicas(const Audit& audit, std::string_view name) {
  if (audit.is_sealed) return;
  const app::Pipeline& pipeline = *audit.world.pipeline;
  demand(pipeline.risk().state_digest() == audit.risk.state_digest(), name,
         "risk differs after a start from the snapshot " +
             number(audit.world.recovery.snapshot.value));
  const views::Views& views = audit.world.pipeline->views();
  demand(audit.world.recovery.snapshot ||
             views.figures().overflows == audit.reference.strangers.size(),
         name, "the views left something out");
  std::string where = test::difference(views, audit.views);
  if (where.empty()) where = test::difference_in_candles(views, audit.views);
  demand(where.empty(), name,
         where + " differs in the views after a start from the snapshot " +
             number(audit.world.recovery.snapshot.value));
}

void replay_adds_up(const Audit& audit, std::string_view name) {
  const engine::Engine& engine = audit.replica.house().engine();
  same_accounts(audit.reference, engine, name);
  same_positions(audit.reference, engine, name);
  same_orders(audit.reference, engine, name);
  demand(engine.is_ledger_balanced(), name, "the replayed ledger does not sum to zero");
  demand(audit.slab.in_use() == 0, name, "replay leaks texts");
}

// Each event of each record up to the one that the store says, once and in order.
void stored_once(const Audit& audit, std::string_view name) {
  const Database& database = audit.world.database;
  const Sequence last = audit.replica.house().engine().last_sequence();
  demand(database.stored <= last, name,
         number(database.stored.value) + " is stored, the journal ends at " + number(last.value));
  demand(!audit.is_sealed || database.stored == last, name,
         "after a proper stop, the store is at " + number(database.stored.value) + " of " +
             number(last.value));
  const auto end = std::find_if(audit.rows.begin(), audit.rows.end(), [&](const LogEntry& row) {
    return row.root > database.stored.value;
  });
  const auto [given, stored] =
      std::mismatch(audit.rows.begin(), end, database.rows.begin(), database.rows.end());
  demand(given == end && stored == database.rows.end(), name,
         "the store differs from the journal at event " +
             number(static_cast<std::uint64_t>(given - audit.rows.begin())) + " of " +
             number(static_cast<std::uint64_t>(end - audit.rows.begin())) + ", it has " +
             number(database.rows.size()));
}

// --- The tables ----------------------------------------------------------------------------------

constexpr Row<const Audit&, const Event&> kOfReplayedEvents[] = {
    {"no opening fill without free margin", covered_by_margin},
    {"fills are at the quote", filled_at_the_market},
    {"fills are at a fresh quote", filled_at_fresh_quote},
    {"used margin is the naive one", margin_is_right},
    {"the clients' book is the naive one", book_is_right},
    {"highest and lowest are the naive ones", marks_are_right},
    {"a suspended client does nothing", suspended_rest},
    {"alerts say what was", alerts_are_right},
    {"limits and kill switches hold", rules_hold},
};

constexpr Row<const Audit&> kOfSurvival[] = {
    {"the journal can be read", readable},
    {"nothing acknowledged is lost", nothing_acknowledged_lost},
    {"the journal gives what was told", same_history},
    {"replay gives the same state", same_state},
    {"a start gives the same risk and views", same_replicas},
    {"the replayed state adds up", replay_adds_up},
    {"the store has every event once", stored_once},
};

}  // namespace

void check_replayed(const Audit& audit, const Event& event) {
  for (const auto& row : kOfReplayedEvents) row.check(audit, event, row.name);
}

void check_survival(const Audit& audit) {
  for (const auto& row : kOfSurvival) row.check(audit, row.name);
}

}  // namespace tribook::sim
