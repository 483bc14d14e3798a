#include <algorithm>

#include "views/view_types.h"

namespace tribook::views {
namespace {

using Pointer = std::shared_ptr<const Instrument>;

bool id_is_less(const Pointer& symbol, SymbolId id) { return symbol->id < id; }
bool name_is_less(const Pointer& symbol, std::string_view name) {
  return symbol->name.view() < name;
}

}  // namespace

const Instrument* SymbolTable::find(SymbolId id) const {
  const auto found = std::lower_bound(all_.begin(), all_.end(), id, id_is_less);
  return found != all_.end() && (*found)->id == id ? found->get() : nullptr;
}

const Instrument* SymbolTable::find(std::string_view name) const {
  const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name, name_is_less);
  return found != by_name_.end() && (*found)->name.view() == name ? found->get() : nullptr;
}

std::shared_ptr<const SymbolTable> SymbolTable::with(const Instrument& instrument) const {
  const auto added = std::make_shared<const Instrument>(instrument);
  auto table = std::make_shared<SymbolTable>(*this);
  const auto place =
      std::lower_bound(table->all_.begin(), table->all_.end(), added->id, id_is_less);
  if (place != table->all_.end() && (*place)->id == added->id) {
    std::erase(table->by_name_, *place);
    *place = added;
  } else {
    table->all_.insert(place, added);
  }
  const auto name_place = std::lower_bound(table->by_name_.begin(), table->by_name_.end(),
                                           added->name.view(), name_is_less);
  table->by_name_.insert(name_place, added);
  return table;
}

}  // namespace tribook::views
