#include "sim/invariants.h"

#include <algorithm>
#include <string>

#include "sim/violation.h"
#include "support/same_views.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::sim {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string root_of(const Event& event) { return "record " + number(event.header.root.value); }

// --- Of each event that a gateway gets -----------------------------------------------------------

void root_order(const World&, const Edge& edge, const Event& event, std::string_view name) {
  const bool is_quote = event.header.kind == EventKind::QuoteApplied;
  const Sequence last = is_quote ? edge.last_quote : edge.last_root;
  demand(is_quote ? event.header.root > last : event.header.root >= last, name,
         root_of(event) + " came after " + number(last.value));
}

void durable_first(const World& world, const Edge&, const Event& event, std::string_view name) {
  if (event.header.kind == EventKind::QuoteApplied) return;
  const std::uint64_t safe = world.pipeline->journal_stage().writer().releasable_sequence();
  demand(event.header.root.value <= safe, name, root_of(event) + " left, safe is " + number(safe));
}

void same_for_all(const World& world, const Edge& edge, const Event& event, std::string_view name) {
  if (!World::is_for_all(event) || edge.log_seen >= world.log.size()) return;
  demand(
      world.log[edge.log_seen] == World::entry_of(event), name,
      root_of(event) + ": gateway " + number(edge.index) + " gets another event than others did");
}

void settled_once(const World&, const Edge& edge, const Event& event, std::string_view name) {
  if (event.header.gateway != edge.index) {
    demand(World::is_for_all(event) || event.header.kind == EventKind::QuoteApplied, name,
           root_of(event) + ": somebody else's answer");
    return;
  }
  const auto asked = edge.outstanding.find(event.header.request);
  demand(asked != edge.outstanding.end(), name,
         root_of(event) + " answers request " + number(event.header.request) +
             ", which is settled or never was");
  const bool is_order = asked->second.draft.command.header.kind == CommandKind::NewOrder;
  if (event.header.kind == EventKind::Settled && is_order) {
    demand(asked->second.answers == 1, name,
           "order request " + number(event.header.request) + " got " +
               number(asked->second.answers) + " answers");
  }
}

// A full disk keeps nobody from closing, and time from going on.
void only_new_business_waits(const World&, const Edge& edge, const Event& event,
                             std::string_view name) {
  if (event.header.gateway != edge.index || event.header.kind != EventKind::Refused) return;
  if (event.get<Refused>().code != RejectCode::StorageFull) return;
  const auto asked = edge.outstanding.find(event.header.request);
  if (asked == edge.outstanding.end()) return;
  const CommandKind kind = asked->second.draft.command.header.kind;
  demand(kind == CommandKind::Quote || core::is_refused_at(core::StorageLevel::Last, kind), name,
         "request " + number(event.header.request) + " was refused for want of room");
}

// The same wish again is answered with what it did the first time, never with a refusal of its id.
void repeats_agree(const World& world, const Edge& edge, const Event& event,
                   std::string_view name) {
  if (event.header.gateway != edge.index) return;
  const auto asked = edge.outstanding.find(event.header.request);
  if (asked == edge.outstanding.end() || !asked->second.draft.is_repeatable()) return;
  const auto& parts = asked->second.draft.parts;
  std::uint64_t again = 0;
  if (event.header.kind == EventKind::Refused) {
    demand(event.get<Refused>().code != RejectCode::Duplicate || world.misused.contains(parts[0]),
           name, root_of(event) + ": a repeated wish is refused as another one");
  } else if (event.header.kind == EventKind::OrderUpdated) {
    const auto order = event.get<OrderUpdated>();
    if (order.is_duplicate != 0) again = order.order.value;
  } else if (event.header.kind == EventKind::LedgerPosted) {
    const auto posted = event.get<LedgerPosted>();
    if (posted.is_duplicate != 0) again = posted.entry.value;
  }
  demand(again == 0 || world.reference.was_done_for(parts[2], again), name,
         root_of(event) + ": the repeated " + parts[2] + " is answered with " + number(again));
}

// Who is told that an order is done reads it in the views.
void reads_own_writes(const World& world, const Edge&, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::OrderUpdated) return;
  const auto order = event.get<OrderUpdated>();
  if (order.is_duplicate != 0 || !world.reference.accounts.contains(event.header.account.value))
    return;
  views::OrderView view;
  const views::ReadStatus status = world.pipeline->views().order(order.order, view);
  demand(status == views::ReadStatus::Found && view.status == order.status &&
             view.filled_volume == order.filled_volume,
         name, "order " + number(order.order.value) + " is not in the views as it was told");
}

// --- After every step ----------------------------------------------------------------------------

void ledger_sums_to_zero(const World& world, std::string_view name) {
  demand(world.house().engine().is_ledger_balanced(), name, "the ledger does not sum to zero");
}

void released_after_durable(const World& world, std::string_view name) {
  const std::uint64_t released = world.pipeline->egress_stage().released().value;
  const std::uint64_t safe = world.pipeline->journal_stage().writer().releasable_sequence();
  demand(released <= safe, name, number(released) + " was released, safe is " + number(safe));
}

void store_behind_disk(const World& world, std::string_view name) {
  const std::uint64_t safe = world.pipeline->journal_stage().writer().releasable_sequence();
  const std::uint64_t applied = world.follower->applied().value;
  demand(applied <= safe, name, number(applied) + " was followed, safe is " + number(safe));
  const std::uint64_t stored = world.database.stored.value;
  demand(stored <= safe, name, number(stored) + " is stored, safe is " + number(safe));
}

void follower_follows(const World& world, std::string_view name) {
  demand(world.follower_problem.empty(), name, world.follower_problem);
  demand(world.store->complaint().empty(), name, world.store->complaint());
}

// --- When everything has settled -----------------------------------------------------------------

void nobody_waits(const World& world, std::string_view name) {
  for (const Edge& edge : world.edges) {
    demand(edge.outstanding.empty(), name,
           "request " + number(edge.outstanding.empty() ? 0 : edge.outstanding.begin()->first) +
               " of gateway " + number(edge.index) + " got no Settled");
    demand(edge.log_seen == world.log.size(), name,
           "gateway " + number(edge.index) + " lacks events that others have");
  }
}

void service_returns(const World& world, std::string_view name) {
  demand(world.pipeline->journal_stage().storage().level() == core::StorageLevel::Ample, name,
         "the disk has room, and new business is refused still");
}

void no_text_leaks(const World& world, std::string_view name) {
  const std::uint32_t in_use = world.pipeline->slab().in_use();
  demand(in_use == 0, name, number(in_use) + " texts are still held");
}

void follower_is_there(const World& world, std::string_view name) {
  const core::Follower& follower = *world.follower;
  const Sequence last = world.house().engine().last_sequence();
  demand(follower.applied() == last, name,
         "it is at " + number(follower.applied().value) + " of " + number(last.value));
  demand(follower.house().state_hash() == world.house().state_hash(), name,
         "it has another state than the live engine");
  demand(world.database.stored == last, name,
         "the store is at " + number(world.database.stored.value) + " of " + number(last.value));
  const std::uint32_t texts = world.follower->slab().in_use();
  demand(texts == 0, name, number(texts) + " texts are still held");
}

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

void events_tell_all(const World& world, std::string_view name) {
  same_accounts(world.reference, world.house().engine(), name);
  same_positions(world.reference, world.house().engine(), name);
}

void views_show_all(const World& world, std::string_view name) {
  const views::Views& views = world.pipeline->views();
  const engine::Engine& engine = world.house().engine();
  for (const auto& [id, account] : world.reference.accounts) {
    views::AccountSnapshot snapshot;
    demand(views.snapshot(AccountId{id}, snapshot) == views::ReadStatus::Found, name,
           "account " + number(id) + " is not shown");
    const engine::AccountFigures now = engine.figures(AccountId{id});
    demand(snapshot.account.balance == now.balance && snapshot.account.credit == now.credit &&
               snapshot.account.used_margin == now.used_margin,
           name, "account " + number(id) + " is shown with other figures");
    demand(snapshot.positions.size() == now.positions &&
               snapshot.account.open_positions == now.positions,
           name, "account " + number(id) + " is shown with other positions");
    for (const views::PositionView& shown : snapshot.positions) {
      const auto found = world.reference.positions.find(shown.id.value);
      demand(found != world.reference.positions.end() && found->second.volume == shown.volume &&
                 found->second.stop_loss == shown.stop_loss &&
                 found->second.take_profit == shown.take_profit &&
                 found->second.commission == shown.commission,
             name, "position " + number(shown.id.value) + " is shown with other figures");
    }
  }
  demand(views.figures().overflows + world.strangers_before == world.reference.strangers, name,
         "the views left something out");
}

// --- Of a replay ---------------------------------------------------------------------------------

void covered_by_margin(const Audit& audit, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::OrderUpdated) return;
  const auto order = event.get<OrderUpdated>();
  if (order.status != OrderStatus::Filled || order.reason != CloseReason::None) return;
  if (order.is_duplicate != 0) return;
  const auto now = audit.replica.house().engine().figures(event.header.account);
  demand(!now.free_margin.is_negative(), name,
         "order " + number(order.order.value) + " left free margin below zero");
}

void filled_at_the_market(const Audit& audit, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::OrderUpdated) return;
  const auto order = event.get<OrderUpdated>();
  if (order.status != OrderStatus::Filled || order.is_duplicate != 0) return;
  const auto quote = audit.quotes.find(order.symbol.value);
  demand(quote != audit.quotes.end(), name, "filled without a quote");
  const Price price = order.side == Side::Buy ? quote->second.ask : quote->second.bid;
  demand(order.filled_price == price, name,
         "order " + number(order.order.value) + " is filled beside the quote");
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
  demand(audit.world.recovery.snapshot ||
             audit.world.pipeline->views().figures().overflows == audit.reference.strangers,
         name, "the views left something out");
  const std::string where = test::difference(audit.world.pipeline->views(), audit.views);
  demand(where.empty(), name,
         where + " differs in the views after a start from the snapshot " +
             number(audit.world.recovery.snapshot.value));
}

void replay_adds_up(const Audit& audit, std::string_view name) {
  const engine::Engine& engine = audit.replica.house().engine();
  same_accounts(audit.reference, engine, name);
  same_positions(audit.reference, engine, name);
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

template <typename... Arguments>
struct Row {
  std::string_view name;
  void (*check)(Arguments..., std::string_view name);
};

constexpr Row<const World&, const Edge&, const Event&> kOfEvents[] = {
    {"events in root order", root_order},
    {"nothing leaves before it is durable", durable_first},
    {"every gateway gets the same events", same_for_all},
    {"one Settled a request", settled_once},
    {"a repeated wish gets its first answer", repeats_agree},
    {"a full disk keeps nobody from closing", only_new_business_waits},
    {"who is told can read it", reads_own_writes},
};

constexpr Row<const World&> kOfSteps[] = {
    {"ledger sums to zero", ledger_sums_to_zero},
    {"nothing leaves before it is durable", released_after_durable},
    {"the store is never ahead of the disk", store_behind_disk},
    {"the follower follows", follower_follows},
};

constexpr Row<const World&> kOfQuiet[] = {
    {"one Settled a request", nobody_waits},
    {"texts are released", no_text_leaks},
    {"service returns with space", service_returns},
    {"events tell the whole state", events_tell_all},
    {"views show the engine's figures", views_show_all},
    {"the follower comes to the live state", follower_is_there},
};

constexpr Row<const Audit&, const Event&> kOfReplayedEvents[] = {
    {"no opening fill without free margin", covered_by_margin},
    {"fills are at the quote", filled_at_the_market},
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

void check_event(const World& world, const Edge& edge, const Event& event) {
  for (const auto& row : kOfEvents) row.check(world, edge, event, row.name);
}

void check_step(const World& world) {
  for (const auto& row : kOfSteps) row.check(world, row.name);
}

void check_quiet(World& world) {
  for (const auto& row : kOfQuiet) row.check(world, row.name);
}

void check_replayed(const Audit& audit, const Event& event) {
  for (const auto& row : kOfReplayedEvents) row.check(audit, event, row.name);
}

void check_survival(const Audit& audit) {
  for (const auto& row : kOfSurvival) row.check(audit, row.name);
}

}  // namespace tribook::sim
