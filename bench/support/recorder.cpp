#include "support/recorder.h"

#include "core/record_codec.h"
#include "tribook/base/assert.h"
#include "tribook/message/event.h"

namespace tribook::bench {
namespace {

constexpr std::int64_t kBegin = 1'700'000'000'000'000'000;  // any time
constexpr std::int64_t kStepNs = 10'000;                    // from record to record

Started started(const engine::EngineLimits& limits) {
  Started started;
  started.rules_version = engine::kRulesVersion;
  started.accounts = limits.accounts;
  started.positions = limits.positions;
  started.symbols = limits.symbols;
  started.client_ids = limits.client_ids;
  started.orders = limits.orders;
  return started;
}

}  // namespace

Recorder::Recorder(const WorkloadShape& shape, const engine::EngineLimits& limits,
                   journal::Writer* writer)
    : house_(limits, slab_),
      outbox_(limits.events_of_one_record()),
      workload_(shape),
      writer_(writer) {
  add(Command::make(started(limits)));
  set_up();
}

void Recorder::set_up() {
  SymbolId symbol{0};
  workload_.set_up(slab_, [&](const Command& command) {
    add(command);
    if (command.header.kind != CommandKind::CreateSymbol) return;
    SessionChange change;
    change.symbol = SymbolId{++symbol.value};
    change.is_open = 1;
    add(Command::make(change));
  });
}

void Recorder::order() {
  Command command = workload_.next_order();
  if (command.header.kind == CommandKind::NewOrder) {
    auto order = command.get<NewOrder>();
    order.book = Book::B;  // as the router says
    command.set(order);
  }
  add(command);
}

void Recorder::add(Command command) {
  const Record record{Sequence{++sequence_},
                      TimeNs{kBegin + static_cast<std::int64_t>(sequence_) * kStepNs}, command};
  if (writer_ != nullptr) journal(record);
  house_.apply(record, outbox_);
  for (const Event& event : outbox_) {
    const bool is_refusal = event.header.kind == EventKind::Refused ||
                            (event.header.kind == EventKind::OrderUpdated &&
                             event.get<OrderUpdated>().code != RejectCode::None);
    if (is_refusal) ++refused_;
  }
  outbox_.clear();
  slab_.release(command.header.text);
}

void Recorder::journal(const Record& record) {
  if (writer_->batch_empty()) digest_before_batch_ = house_.events_digest();
  const bool is_taken = writer_->append(
      static_cast<std::uint8_t>(record.command.header.kind), record.sequence.value, record.time.ns,
      core::payload_of(record.command), slab_.get(record.command.header.text));
  TB_ASSERT(is_taken);
  if (writer_->batch_records() == kRecordsOfBatch) commit();
}

void Recorder::commit() {
  const journal::DiskStatus status = writer_->commit(digest_before_batch_);
  TB_ASSERT(status == journal::DiskStatus::Ok);
}

void Recorder::close() {
  if (writer_ == nullptr) return;
  if (!writer_->batch_empty()) commit();
  const journal::DiskStatus status = writer_->close(house_.events_digest());
  TB_ASSERT(status == journal::DiskStatus::Ok);
}

}  // namespace tribook::bench
