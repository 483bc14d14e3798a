#pragma once

#include <optional>
#include <span>
#include <string>

#include "tribook/journal/reader.h"
#include "tribook/message/command.h"
#include "tribook/message/slab.h"

namespace tribook::core {

/// What the journal keeps of a command: who, for whom, and the body; the text goes as attachment.
inline std::span<const std::byte> payload_of(const Command& command) {
  const auto bytes = std::as_bytes(std::span<const Command, 1>(&command, 1));
  return bytes.subspan(kJournaledOffset, journaled_size(command.header.kind));
}

/// A journaled record as a command; its attachment is put into the slab and the caller releases it.
/// Empty when kind or size is not one of ours, or an enum has no such value.
std::optional<Record> decode(const journal::RecordView& view, Slab& slab);

}  // namespace tribook::core
