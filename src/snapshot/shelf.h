#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "snapshot/snapshot.h"
#include "tribook/journal/disk.h"

namespace tribook::snapshot {

/// The folder of snapshots. A file is there whole or not at all: it is written under a passing name
/// and renamed when it is durable. Used by one thread at a time.
class Shelf {
 public:
  /// `keep`: so many of the newest; at least 1. The disk outlives it.
  Shelf(journal::Disk& disk, std::string directory, std::size_t keep);

  /// Writes it durably, then removes what is older than the newest `keep`, and what an earlier
  /// write left unfinished. What went wrong; empty when nothing did. A file that could not be
  /// removed is no failure: it is tried again with the next one. When `stop` is requested meanwhile
  /// it is given up soon, and that is what went wrong.
  [[nodiscard]] std::string put(const Snapshot& snapshot, const std::stop_token& stop = {});

  /// Gives those of records after `last` another name, `.ahead` behind it (`.ahead-2` and so on
  /// when that is taken), durably: the journal lost what they were made of, and the same numbers
  /// will stand for something else. What went wrong; empty when nothing did.
  [[nodiscard]] std::string set_aside_after(Sequence last);

  /// Newest first. An unreadable or missing folder is an empty one.
  [[nodiscard]] std::vector<Sequence> list() const;
  [[nodiscard]] DecodeResult get(Sequence sequence) const;

  [[nodiscard]] std::string path_of(Sequence sequence) const;

 private:
  [[nodiscard]] journal::DiskStatus write(const std::string& path, std::span<const std::byte> bytes,
                                          const std::stop_token& stop) const;
  void remove_old() const;
  [[nodiscard]] std::string aside_path_of(Sequence sequence,
                                          const std::vector<std::string>& names) const;

  journal::Disk& disk_;
  std::string directory_;
  std::size_t keep_;
};

}  // namespace tribook::snapshot
