#include <algorithm>
#include <span>

#include "sim/invariants.h"
#include "sim/world.h"
#include "tribook/message/text.h"

// The gateways: commands out with their texts, answers in. Whoever was not answered keeps his wish
// and sends it again.

namespace tribook::sim {
namespace {

constexpr std::size_t kDoneMax = 64;

// An order that closes before it opens is told of in between.
bool is_last_word(const Event& event) {
  if (event.header.kind != EventKind::OrderUpdated) return true;
  const auto order = event.get<OrderUpdated>();
  return order.is_duplicate != 0 || order.status != OrderStatus::PartiallyFilled;
}

TextRef put_text(Slab& slab, const Draft& draft) {
  if (!draft.spec.empty()) return slab.put(draft.spec);
  Texts texts;
  for (std::size_t i = 0; i < texts.part.size(); ++i) texts.part[i] = draft.parts[i];
  return put_texts(slab, texts);
}

bool has_text(const Draft& draft) {
  return !draft.spec.empty() || std::any_of(draft.parts.begin(), draft.parts.end(),
                                            [](const std::string& part) { return !part.empty(); });
}

}  // namespace

bool World::is_for_all(const Event& event) {
  switch (event.header.kind) {
    case EventKind::QuoteApplied:
    case EventKind::Refused:
    case EventKind::Settled:
    case EventKind::UserCreated:
    case EventKind::AccountCreated:
    case EventKind::VenueRequested:
    case EventKind::VenueReported:
    case EventKind::VenueSettled:
    case EventKind::OrderWarned:
    case EventKind::AccountWatched:
      return false;
    default:
      return true;
  }
}

LogEntry World::entry_of(const Event& event) {
  base::Digest digest;
  digest.mix(static_cast<std::uint64_t>(event.header.kind) << 32 | event.header.account.value);
  digest.mix(static_cast<std::uint64_t>(event.header.time.ns));
  digest.mix_bytes(event.body, sizeof event.body);
  return {event.header.root.value, digest.value()};
}

bool World::submit(Edge& edge, const Draft& draft) {
  Command command = draft.command;
  command.header.gateway = edge.index;
  command.header.request = edge.last_request + 1;
  if (has_text(draft)) {
    command.header.text = put_text(slab(), draft);
    if (!command.header.text) {
      ++figures.busy;
      return false;
    }
  }
  if (!edge.port.commands->try_push(command)) {
    slab().release(command.header.text);
    ++figures.busy;
    return false;
  }
  ++edge.last_request;
  ++figures.commands;
  if (!draft.name.empty()) ++figures.asked_for[std::string(draft.name)];
  edge.outstanding[edge.last_request].draft = draft;
  digest.mix(static_cast<std::uint64_t>(command.header.kind) << 32 | command.header.account.value);
  digest.mix_bytes(command.body, sizeof command.body);
  return true;
}

std::size_t World::drain(Edge& edge, std::size_t most) {
  std::size_t taken = 0;
  Event event;
  while (taken < most && edge.port.events->try_pop(event)) {
    ++taken;
    const bool is_lost =
        options.canary == Canary::EventLost && is_for_all(event) && schedule_random.one_in(500);
    const bool is_twice = options.canary == Canary::EventTwice && schedule_random.one_in(500);
    if (!is_lost) take_answer(edge, event);
    if (is_twice) take_answer(edge, event);
    slab().release(event.header.text);
  }
  return taken;
}

void World::take_answer(Edge& edge, const Event& event) {
  ++figures.events;
  const EventHeader& header = event.header;
  digest.mix(header.root.value << 16 | static_cast<std::uint64_t>(header.kind) << 8 | edge.index);
  digest.mix(header.request);
  digest.mix_bytes(event.body, sizeof event.body);
  check_event(*this, edge, event);
  if (header.kind == EventKind::QuoteApplied) {
    edge.last_quote = header.root;
    return;
  }
  edge.last_root = header.root;
  edge.last_time = header.time;
  acknowledged = std::max(acknowledged, header.root);
  if (is_for_all(event)) {
    if (edge.log_seen == log.size()) {
      log.push_back(entry_of(event));
      reference.apply(event, slab().get(header.text));
    }
    ++edge.log_seen;
  }
  if (header.gateway != edge.index) return;
  const auto asked = edge.outstanding.find(header.request);
  if (asked == edge.outstanding.end()) return;  // check_event has said so
  if (header.kind == EventKind::Settled) {
    if (asked->second.draft.is_repeatable()) {
      done.push_back(std::move(asked->second.draft));
      if (done.size() > kDoneMax) done.pop_front();
    }
    edge.outstanding.erase(asked);
  } else if (header.kind == EventKind::OrderUpdated || header.kind == EventKind::Refused) {
    if (is_last_word(event)) ++asked->second.answers;
    const bool is_refused = header.kind == EventKind::Refused;
    if (is_refused && event.get<Refused>().code == RejectCode::StorageFull) {
      ++figures.storage_refusals;
    }
  }
}

}  // namespace tribook::sim
