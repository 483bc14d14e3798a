#include "sim/invariants.h"

#include <algorithm>
#include <map>
#include <string>

#include "sim/violation.h"
#include "tribook/base/archive.h"

namespace tribook::sim {
namespace {

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
  const Command& command = asked->second.draft.command;
  const bool is_order = command.header.kind == CommandKind::NewOrder;
  if (event.header.kind == EventKind::Settled && is_order) {
    // An order that is at a venue is told of when it is sent and with each report.
    demand(asked->second.answers >= 1, name,
           "order request " + number(event.header.request) + " got " +
               number(asked->second.answers) + " answers");
  }
}

// A full disk keeps nobody from closing, and time from going on.
void only_new_business_waits(const World& world, const Edge& edge, const Event& event,
                             std::string_view name) {
  if (event.header.gateway != edge.index || event.header.kind != EventKind::Refused) return;
  if (event.get<Refused>().code != RejectCode::StorageFull) return;
  const auto asked = edge.outstanding.find(event.header.request);
  if (asked == edge.outstanding.end()) return;
  const CommandKind kind = asked->second.draft.command.header.kind;
  if (world.has_been_full) return;  // of that no record tells, so not when
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
  } else if (event.header.kind == EventKind::WithdrawalUpdated) {
    const auto told = event.get<WithdrawalUpdated>();
    if (told.is_duplicate != 0) again = told.withdrawal.value;
  }
  // Of a pair the first stands for both.
  const bool is_pair = asked->second.draft.command.header.kind == CommandKind::NewOrderPair;
  demand(again == 0 || world.reference.was_done_for(parts[2], again) ||
             (is_pair && world.reference.was_done_for(parts[2], again - 1)),
         name,
         root_of(event) + ": the repeated " + parts[2] + " is answered with " + number(again));
}

void time_goes_on(const World&, const Edge& edge, const Event& event, std::string_view name) {
  if (event.header.kind == EventKind::QuoteApplied) return;
  demand(event.header.time >= edge.last_time, name, root_of(event) + " is older than its past");
}

// Who is told that an order is done reads it in the views.
void reads_own_writes(const World& world, const Edge&, const Event& event, std::string_view name) {
  if (event.header.kind != EventKind::OrderUpdated) return;
  const auto order = event.get<OrderUpdated>();
  if (order.is_duplicate != 0 || world.reference.strangers.contains(order.order.value)) return;
  if (!world.reference.accounts.contains(event.header.account.value)) return;
  views::OrderView view;
  const views::ReadStatus status = world.pipeline->views().order(order.order, view);
  // What is not final may have gone on by now, and a venue may have filled more of it too late.
  const bool is_as_told = view.status == order.status && view.filled_volume == order.filled_volume;
  const bool has_gone_on = !is_final(order.status) || view.filled_volume > order.filled_volume;
  demand(status == views::ReadStatus::Found && (is_as_told || has_gone_on), name,
         "order " + number(order.order.value) + " is not in the views as it was told");
}

// --- After every step ----------------------------------------------------------------------------

void ledger_sums_to_zero(const World& world, std::string_view name) {
  demand(world.house().engine().is_ledger_balanced(), name, "the ledger does not sum to zero");
}

void clients_are_covered(const World& world, std::string_view name) {
  const engine::Engine& engine = world.house().engine();
  for (std::uint16_t s = 1; s < engine.next_symbol().value; ++s) {
    demand(engine.exposure(SymbolId{s}).is_matched(), name,
           "symbol " + number(s) + ": clients hold what nobody stands for");
  }
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

void engine_time_goes_on(const World& world, std::string_view name) {
  demand(world.house().engine().now() >= world.engine_time, name,
         "it was " + number(static_cast<std::uint64_t>(world.engine_time.ns)));
}

// --- When everything has settled -----------------------------------------------------------------

void nothing_is_triggered(const World& world, std::string_view name) {
  for (const auto& [id, order] : world.reference.working) {
    const bool rests =
        order.status == OrderStatus::Working || order.status == OrderStatus::PartiallyFilled;
    demand(rests, name,
           "order " + number(id) + " is " + std::string(name_of(order.status)) + " for good");
  }
}

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

void holds_are_gone(const World& world, std::string_view name) {
  const std::size_t holds = world.pipeline->risk().holds();
  demand(holds == 0, name, number(holds) + " are left, and no order is under way");
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

void events_tell_all(const World& world, std::string_view name) {
  same_accounts(world.reference, world.house().engine(), name);
  same_positions(world.reference, world.house().engine(), name);
  same_orders(world.reference, world.house().engine(), name);
}

void views_show_venues(const World& world, std::string_view name) {
  const views::Views& views = world.pipeline->views();
  const engine::Engine& engine = world.house().engine();
  for (std::uint16_t s = 1; s < engine.next_symbol().value; ++s) {
    const engine::ExposureFigures has = engine.exposure(SymbolId{s});
    views::ExposureView shown;
    demand(views.exposure(SymbolId{s}, shown) == views::ReadStatus::Found &&
               shown.net() == has.clients && shown.venue.at_venue == has.at_venues &&
               shown.venue.undone == has.undone && shown.house() == has.house,
           name, "symbol " + number(s) + " has another exposure");
  }
  std::size_t open = 0;
  engine.for_each_request([&](const VenueRequested& request) {
    const auto page = views.venue_requests({}, VenueRequestId{request.request.value - 1}, 1);
    demand(!page.items.empty() && page.items[0].id == request.request &&
               page.items[0].left == request.left &&
               page.items[0].is_accepted == (request.is_accepted != 0),
           name, "request " + number(request.request.value) + " is not shown as it is");
    ++open;
  });
  std::size_t count = 0;
  for (VenueRequestId after{};;) {
    const auto page = views.venue_requests({}, after, views::kPageMax);
    count += page.items.size();
    if (page.next == 0) break;
    after = VenueRequestId{page.next};
  }
  demand(count == open, name, "requests at venues are shown that are none");
}

void views_show_all(const World& world, std::string_view name) {
  const views::Views& views = world.pipeline->views();
  const engine::Engine& engine = world.house().engine();
  std::map<std::uint64_t, engine::PositionFigures> held;
  engine.for_each_position([&](const auto& position) { held[position.id.value] = position; });
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
      const engine::PositionFigures& position = held.at(shown.id.value);
      demand(shown.highest == position.highest && shown.lowest == position.lowest, name,
             "position " + number(shown.id.value) + " is shown with other marks");
    }
  }
  for (const auto& [id, order] : world.reference.working) {
    views::OrderView shown;
    demand(views.order(OrderId{id}, shown) == views::ReadStatus::Found &&
               shown.status == order.status && shown.limit == order.limit &&
               shown.trigger == order.trigger && shown.expires == order.expires &&
               shown.volume == order.volume,
           name, "order " + number(id) + " is shown with other terms");
  }
  demand(views.figures().overflows + world.strangers_before == world.reference.strangers.size(),
         name, "the views left something out");
}

// A state that differs in one byte is another one, and has another hash. (What cannot be loaded, or
// is saved as it was, is none.)
void hash_tells_of_bytes(const World& world, std::string_view name) {
  base::ArchiveWriter archive;
  world.house().save(archive);
  const std::vector<std::byte> saved = archive.take();
  const std::uint64_t hash = world.house().state_hash();
  Random random(hash);
  for (int tries = 0; tries < 6; ++tries) {
    std::vector<std::byte> changed = saved;
    const std::size_t at = random.below(saved.size());
    changed[at] ^= static_cast<std::byte>(1U << random.below(8));
    Slab texts(1);
    core::House other(world.house().engine().room_needed(), texts);
    base::ArchiveReader reader(changed);
    other.load(reader);
    if (!reader.ok() || reader.left() != 0) continue;
    base::ArchiveWriter again;
    other.save(again);
    demand(other.state_hash() != hash || again.take() == saved, name,
           "byte " + number(at) + " of the state may change without it");
  }
}

// --- The tables ----------------------------------------------------------------------------------

constexpr Row<const World&, const Edge&, const Event&> kOfEvents[] = {
    {"events in root order", root_order},
    {"time never falls", time_goes_on},
    {"nothing leaves before it is durable", durable_first},
    {"every gateway gets the same events", same_for_all},
    {"one Settled a request", settled_once},
    {"a repeated wish gets its first answer", repeats_agree},
    {"a full disk keeps nobody from closing", only_new_business_waits},
    {"who is told can read it", reads_own_writes},
};

constexpr Row<const World&> kOfSteps[] = {
    {"ledger sums to zero", ledger_sums_to_zero},
    {"clients are covered", clients_are_covered},
    {"time never falls", engine_time_goes_on},
    {"nothing leaves before it is durable", released_after_durable},
    {"the store is never ahead of the disk", store_behind_disk},
    {"the follower follows", follower_follows},
};

constexpr Row<const World&> kOfQuiet[] = {
    {"one Settled a request", nobody_waits},
    {"texts are released", no_text_leaks},
    {"triggered orders come back", nothing_is_triggered},
    {"service returns with space", service_returns},
    {"events tell the whole state", events_tell_all},
    {"views show the engine's figures", views_show_all},
    {"views show what is at venues", views_show_venues},
    {"holds are released", holds_are_gone},
    {"the hash tells of every byte", hash_tells_of_bytes},
};

constexpr Row<const World&> kOfQuietStore[] = {
    {"the follower comes to the live state", follower_is_there},
};

}  // namespace

void check_event(const World& world, const Edge& edge, const Event& event) {
  for (const auto& row : kOfEvents) row.check(world, edge, event, row.name);
}

void check_step(const World& world) {
  for (const auto& row : kOfSteps) row.check(world, row.name);
}

void check_bound_of_loss(const World& world) {
  if (world.plan.loss_bound.count() == 0 || world.unsynced.empty()) return;
  if (world.has_journal_failed) return;  // the end of that process
  const auto age = world.clock.now() - world.unsynced.front().second;
  demand((age.count() < 0 ? -age : age) < world.plan.loss_bound, "a power cut takes little",
         "record " + number(world.unsynced.front().first) + " waits for a sync since " +
             number(static_cast<std::uint64_t>(age.count())) + " ns");
}

void check_quiet(World& world, Absent absent) {
  for (const auto& row : kOfQuiet) row.check(world, row.name);
  if (absent == Absent::Store) return;
  for (const auto& row : kOfQuietStore) row.check(world, row.name);
}

}  // namespace tribook::sim
