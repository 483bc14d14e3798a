#include "core/record_codec.h"

#include <cstring>

namespace tribook::core {
namespace {

// Bytes that name enum values are checked before anything switches over them.
bool has_valid_enums(const Command& command) {
  switch (command.header.kind) {
    case CommandKind::NewOrder: {
      const auto order = command.get<NewOrder>();
      return is_valid(order.side) && is_valid(order.type) && is_valid(order.time_in_force) &&
             is_valid(order.book) && is_valid(order.origin);
    }
    case CommandKind::CancelOrder:
      return is_valid(command.get<CancelOrder>().origin);
    case CommandKind::ModifyOrder: {
      const auto modify = command.get<ModifyOrder>();
      return is_valid(modify.time_in_force) && is_valid(modify.origin);
    }
    case CommandKind::NewOrderPair: {
      const auto pair = command.get<NewOrderPair>();
      return is_valid(pair.first_side) && is_valid(pair.second_side) && is_valid(pair.first_type) &&
             is_valid(pair.second_type) && is_valid(pair.time_in_force) && is_valid(pair.book) &&
             is_valid(pair.origin);
    }
    case CommandKind::ExecuteOrder: {
      const auto execute = command.get<ExecuteOrder>();
      return is_valid(execute.side) && is_valid(execute.book) && is_valid(execute.type);
    }
    case CommandKind::ClosePosition: {
      const auto close = command.get<ClosePosition>();
      return is_valid(close.reason) && is_valid(close.origin);
    }
    case CommandKind::CloseBy:
      return is_valid(command.get<CloseBy>().origin);
    case CommandKind::CloseAll: {
      const auto close = command.get<CloseAll>();
      return is_valid(close.reason) && is_valid(close.origin);
    }
    case CommandKind::VenueReport: {
      const auto report = command.get<VenueReport>();
      return is_valid(report.side) && is_valid(report.kind);
    }
    case CommandKind::Deposit:
      return is_valid(command.get<Deposit>().method);
    case CommandKind::Withdraw:
      return is_valid(command.get<Withdraw>().method);
    case CommandKind::Adjust:
      return is_valid(command.get<Adjust>().kind);
    case CommandKind::ChangeAccount: {
      const auto change = command.get<ChangeAccount>();
      return is_valid(change.state) && change.what <= AccountChange::Options;
    }
    default:
      return true;
  }
}

}  // namespace

std::optional<Record> decode(const journal::RecordView& view, Slab& slab) {
  Record record;
  const auto kind = static_cast<CommandKind>(view.header.kind);
  const std::size_t size = journaled_size(kind);
  if (size == 0 || view.payload.size() < size || view.attachment.size() > Slab::kBlockBytes) {
    return std::nullopt;
  }
  auto* bytes = reinterpret_cast<std::byte*>(&record.command);
  std::memcpy(bytes + kJournaledOffset, view.payload.data(), size);
  record.command.header.kind = kind;
  record.sequence = Sequence{view.header.sequence};
  record.time = TimeNs{view.header.time_ns};
  if (!has_valid_enums(record.command)) return std::nullopt;
  if (!view.attachment.empty()) {
    record.command.header.text = slab.put(view.attachment);
    TB_ASSERT(static_cast<bool>(record.command.header.text));
  }
  return record;
}

}  // namespace tribook::core
