#include "core/house.h"

#include "tribook/base/hash.h"
#include "tribook/message/text.h"

namespace tribook::core {
namespace {

template <typename Body>
void emit(engine::Outbox& out, const Record& record, const Body& body, TextRef text = {}) {
  Event event;
  event.header.gateway = record.command.header.gateway;
  event.header.request = record.command.header.request;
  event.header.root = record.sequence;
  event.header.time = record.time;
  event.header.text = text;
  event.set(body);
  out.push(event);
}

}  // namespace

House::House(const engine::EngineLimits& limits, const Slab& slab)
    : slab_(slab), engine_(limits, slab), directory_(std::size_t{limits.accounts} + 1'000) {}

void House::add_user(const Record& record, const UserSpec& spec, engine::Outbox& out) {
  UserCreated created;
  created.user = directory_.next_user();
  directory_.add(created.user, spec);
  emit(out, record, created, record.command.header.text);
}

// A user and its first account come about together or not at all: both are asked before either is
// told.
RejectCode House::create_account(const Record& record, engine::Outbox& out) {
  const auto spec = read_spec<AccountSpec>(slab_.get(record.command.header.text));
  if (!spec) return RejectCode::Validation;
  for (const RejectCode code : {directory_.check(spec->user), engine_.check_account(*spec)}) {
    if (code != RejectCode::None) return code;
  }
  add_user(record, spec->user, out);
  engine_.apply(record, out);
  return RejectCode::None;
}

RejectCode House::create_user(const Record& record, engine::Outbox& out) {
  const auto spec = read_spec<UserSpec>(slab_.get(record.command.header.text));
  if (!spec) return RejectCode::Validation;
  const RejectCode code = directory_.check(*spec);
  if (code == RejectCode::None) add_user(record, *spec, out);
  return code;
}

// The engine knows the last record's place and time, also of one that was nothing to it: the next
// run counts on from there.
void House::pass_by_engine(const Record& record, engine::Outbox& out) {
  engine_.apply({record.sequence, record.time, Command{}}, out);
}

void House::apply(const Record& record, engine::Outbox& out) {
  RejectCode code = RejectCode::None;
  switch (record.command.header.kind) {
    case CommandKind::CreateAccount:
      code = create_account(record, out);
      if (code != RejectCode::None) pass_by_engine(record, out);
      break;
    case CommandKind::CreateUser:
      code = create_user(record, out);
      pass_by_engine(record, out);
      break;
    default:
      engine_.apply(record, out);
      break;
  }
  if (code == RejectCode::None) return;
  Refused refused;
  refused.code = code;
  emit(out, record, refused);
}

std::uint64_t House::state_hash() const {
  base::Digest digest;
  digest.mix(engine_.state_hash());
  digest.mix(directory_.state_hash());
  return digest.value();
}

}  // namespace tribook::core
