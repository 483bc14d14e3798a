#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/event_sink.h"
#include "persistence/sqlite/database.h"
#include "persistence/sqlite/store_file.h"
#include "tribook/message/event.h"
#include "tribook/message/slab.h"

// A house that lived through a random day, and what stores are told of it.

namespace tribook::test {

/// An event and the bytes of its text.
struct Told {
  Event event;
  std::vector<std::byte> text;
};

struct Traffic {
  std::vector<Told> told;  ///< whole records, in order
  Sequence last;
  std::uint32_t accounts = 0;  ///< 1 .. accounts
  std::uint16_t symbols = 0;   ///< 1 .. symbols
  std::string reproduce;       ///< how to get the same again
};

/// Accounts in three currencies that pay, trade, are closed by SL and TP, called and stopped out.
Traffic random_traffic(std::uint64_t seed, std::size_t records);

/// Gives the events of records up to `until`, and asks for a commit after each `batch` events.
/// Whatever the sink throws comes through.
void play(const Traffic& traffic, Slab& slab, core::EventSink& sink, std::size_t batch = 500,
          Sequence until = {UINT64_MAX});

/// A folder that goes when it goes.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// For a store that commits whenever it is asked.
persistence::sqlite::SqliteOptions eager_options(const std::string& path);

/// All rows of all tables, a line each.
std::string dump(const std::string& path);

}  // namespace tribook::test
