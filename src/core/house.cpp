#include "core/house.h"

#include "tribook/base/archive.h"
#include "tribook/base/hash.h"
#include "tribook/message/text.h"

namespace tribook::core {
namespace {

constexpr std::uint32_t kVersion = 3;  // of save()'s bytes
constexpr std::size_t kSilencesMax = 65'536;
constexpr std::size_t kSilenceBytes = 16;

// Staff beside a user for each account.
std::size_t users_of(std::uint32_t accounts) { return std::size_t{accounts} + 1'000; }

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
    : slab_(slab), engine_(limits, slab), directory_(users_of(limits.accounts)) {}

void House::add_user(const Record& record, const UserSpec& spec, engine::Outbox& out) {
  UserCreated created;
  created.user = directory_.next_user();
  directory_.add(created.user, spec, record.time);
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

RejectCode House::change_password(const Record& record, engine::Outbox& out) {
  const auto spec = read_spec<PasswordSpec>(slab_.get(record.command.header.text));
  if (!spec) return RejectCode::Validation;
  PasswordChanged changed;
  changed.user = record.command.get<ChangePassword>().user;
  const RejectCode code = directory_.check_password(changed.user, *spec);
  if (code != RejectCode::None) return code;
  directory_.set_password(changed.user, *spec);
  emit(out, record, changed, record.command.header.text);
  return code;
}

// The engine knows the last record's place and time, also of one that was nothing to it: the next
// run counts on from there.
void House::pass_by_engine(const Record& record, engine::Outbox& out) {
  engine_.apply({record.sequence, record.time, Command{}}, out);
}

// What a full table refused in a run is refused in its replay, whatever room there is.
void House::begin_run(const Record& record) {
  directory_.set_limit(users_of(record.command.get<Started>().accounts));
  finder_.begin_run();
}

void House::note_tick(const Record& record) {
  if (record.command.get<QuoteCommand>().is_reference != 0) return;
  const auto silence = finder_.tick(record.time);
  if (!silence) return;
  if (silences_.size() == kSilencesMax) silences_.erase(silences_.begin());
  silences_.push_back(*silence);
}

// Of what is the directory's, too: why it was refused.
RejectCode House::apply_own(const Record& record, engine::Outbox& out) {
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
    case CommandKind::ChangePassword:
      code = change_password(record, out);
      pass_by_engine(record, out);
      break;
    case CommandKind::Started:
      begin_run(record);
      engine_.apply(record, out);
      break;
    case CommandKind::Quote:
      note_tick(record);
      engine_.apply(record, out);
      break;
    default:
      engine_.apply(record, out);
      break;
  }
  return code;
}

void House::apply(const Record& record, engine::Outbox& out) {
  const std::size_t before = out.size();
  const RejectCode code = apply_own(record, out);
  if (code != RejectCode::None) {
    Refused refused;
    refused.code = code;
    emit(out, record, refused);
  }
  if (out.size() != before) told_ = record.time;
}

std::uint64_t House::state_hash() const {
  base::Digest digest;
  digest.mix(engine_.state_hash());
  digest.mix(directory_.state_hash());
  for (const Silence& silence : silences_) {
    digest.mix_value(silence.from);
    digest.mix_value(silence.until);
  }
  digest.mix_value(told_);
  digest.mix_value(finder_.last_tick());
  digest.mix(finder_.begins_run() ? 1 : 0);
  return digest.value();
}

void House::save(base::ArchiveWriter& archive) const {
  archive(kVersion, static_cast<std::uint32_t>(silences_.size()));
  for (const Silence& silence : silences_) archive(silence.from, silence.until);
  engine_.save(archive);
  directory_.save(archive);
  archive(finder_.last_tick(), finder_.begins_run(), told_);
}

void House::load(base::ArchiveReader& archive) {
  std::uint32_t version = 0;
  archive(version);
  archive.demand(version == kVersion);
  for (auto left = archive.count(kSilencesMax, kSilenceBytes); left > 0; --left) {
    Silence silence;
    archive(silence.from, silence.until);
    silences_.push_back(silence);
  }
  engine_.load(archive);
  directory_.load(archive);
  TimeNs last_tick;
  bool begins_run = false;
  archive(last_tick, begins_run, told_);
  finder_ = SilenceFinder(last_tick, begins_run);
}

}  // namespace tribook::core
