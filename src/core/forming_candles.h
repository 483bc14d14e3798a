#pragma once

#include <cstddef>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/candle.h"
#include "tribook/domain/ids.h"
#include "tribook/message/event.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
}  // namespace tribook::base

namespace tribook::core {

/// Of each symbol the candles that its last tick fell into, by the rule of the views and the store.
/// The house does not know them: a snapshot has them beside it, so that whoever begins there goes
/// on with whole candles.
class FormingCandles {
 public:
  /// Events of all records in order; those that are no ticks are passed over.
  void apply(const Event& event);

  /// Shows those of each symbol that had a tick, by its id.
  template <typename Visit>  // void(SymbolId, const CandleSet&)
  void each(Visit&& visit) const {
    for (std::size_t id = 0; id < by_symbol_.size(); ++id) {
      if (!by_symbol_[id].front().is_empty()) visit(symbol_at(id), by_symbol_[id]);
    }
  }

  /// All of them as bytes, the same for the same ticks.
  void save(base::ArchiveWriter& archive) const;
  /// Becomes what was saved. When archive.ok() does not hold afterwards, or bytes are left, they
  /// are of no use. `now`: no tick is later.
  void load(base::ArchiveReader& archive, std::size_t symbols_max, TimeNs now);

 private:
  static SymbolId symbol_at(std::size_t id) { return {static_cast<std::uint16_t>(id)}; }

  std::vector<CandleSet> by_symbol_;
};

}  // namespace tribook::core
