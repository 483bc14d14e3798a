#include "engine/matching.h"

#include <algorithm>

#include "engine/closing.h"
#include "engine/killing.h"
#include "engine/state.h"
#include "tribook/base/assert.h"

namespace tribook::engine {
namespace {

// What one record changes most often at most; more is told at once.
constexpr std::size_t kChangedMax = 4'096;

std::int64_t key_of(Side side, Price price) { return side == Side::Buy ? -price.raw : price.raw; }

// A sum of volumes as one; what does not fit is as much as can be.
Volume shown(int128 volume) {
  return Volume{static_cast<std::int64_t>(std::min<int128>(volume, INT64_MAX))};
}

DepthChanged describe(const Matching& matching, const Matching::Changed& changed) {
  const auto& set = matching.books[changed.symbol.value].side(changed.side);
  const std::uint32_t index = matching.prices.find(set, changed.key);
  DepthChanged told;
  told.symbol = changed.symbol;
  told.side = changed.side;
  told.price = Price{changed.side == Side::Buy ? -changed.key : changed.key};
  if (index == 0) return told;
  told.volume = shown(matching.prices[index].volume);
  told.orders = matching.prices[index].orders;
  return told;
}

// While a state is loaded there is nobody to tell it to.
void note_change(State& state, const WorkingOrder& order, std::uint32_t price) {
  Matching& matching = state.matching;
  if (state.out == nullptr || matching.prices[price].is_to_be_told) return;
  if (matching.changed.size() == kChangedMax) tell_depth(state);
  matching.prices[price].is_to_be_told = true;
  matching.changed.push_back({order.symbol, order.side, key_of(order.side, order.limit)});
}

// In front of the younger ones; mostly there are none, since only who returns is not the youngest.
void link(State& state, std::uint32_t index, std::uint32_t at) {
  Matching& matching = state.matching;
  BookPrice& price = matching.prices[at];
  const std::uint64_t priority = state.orders.pool[index].priority;
  std::uint32_t older = price.last;
  while (older != 0 && state.orders.pool[older].priority > priority) {
    older = matching.nodes[older].older;
  }
  std::uint32_t& newer = older != 0 ? matching.nodes[older].newer : price.first;
  matching.nodes[index] = {at, newer, older};
  (newer != 0 ? matching.nodes[newer].older : price.last) = index;
  newer = index;
  ++price.orders;
}

// An order of that side would have to close what does not stand in the house's own book.
bool closes_elsewhere(const State& state, AccountId id, SymbolId symbol, Side side) {
  const Account& account = state.account(id);
  const std::uint32_t holding = closes_first(account) ? find_holding(state, account, symbol) : 0;
  if (holding == 0) return false;
  for (std::uint32_t p = state.holdings[holding].first_position; p != 0;
       p = state.positions[p].next) {
    const Position& position = state.positions[p];
    if (position.side != side && position.book != Book::B) return true;
  }
  return false;
}

}  // namespace

Matching::Matching(std::uint32_t symbols, std::uint32_t orders)
    : books(symbols + std::size_t{1}), prices(orders), nodes(orders + std::size_t{1}) {
  changed.reserve(kChangedMax);
}

void enter_book(State& state, std::uint32_t index) {
  const WorkingOrder& order = state.orders.pool[index];
  if (order.book != Book::B || !order.rests_as_limit()) return;
  Matching& matching = state.matching;
  auto& set = matching.books[order.symbol.value].side(order.side);
  const std::int64_t key = key_of(order.side, order.limit);
  std::uint32_t at = matching.prices.find(set, key);
  if (at == 0) at = matching.prices.insert(set, key);
  link(state, index, at);
  matching.prices[at].volume += order.left().raw;
  note_change(state, order, at);
}

void leave_book(State& state, std::uint32_t index) {
  Matching& matching = state.matching;
  const Matching::Node node = matching.nodes[index];
  if (node.price == 0) return;
  const WorkingOrder& order = state.orders.pool[index];
  BookPrice& price = matching.prices[node.price];
  note_change(state, order, node.price);
  (node.newer != 0 ? matching.nodes[node.newer].older : price.last) = node.older;
  (node.older != 0 ? matching.nodes[node.older].newer : price.first) = node.newer;
  matching.nodes[index] = {};
  price.volume -= order.left().raw;
  if (--price.orders != 0) return;
  TB_ASSERT(price.volume == 0);
  matching.prices.erase(matching.books[order.symbol.value].side(order.side), node.price);
}

void shrink_in_book(State& state, std::uint32_t index, Volume by) {
  const std::uint32_t at = state.matching.nodes[index].price;
  TB_ASSERT(at != 0);
  state.matching.prices[at].volume -= by.raw;
  note_change(state, state.orders.pool[index], at);
}

std::uint32_t next_maker(const State& state, const Reach& reach, std::uint32_t maker) {
  const Matching& matching = state.matching;
  const Side side = opposite(reach.side);
  const auto& set = matching.books[reach.symbol.value].side(side);
  if (set.root == 0 || closes_elsewhere(state, reach.account, reach.symbol, reach.side)) return 0;
  std::uint32_t at = maker != 0 ? matching.nodes[maker].price : matching.prices.first(set);
  std::uint32_t next = maker != 0 ? matching.nodes[maker].newer : matching.prices[at].first;
  while (true) {
    const std::int64_t key = matching.prices.key(at);
    const Price price{side == Side::Buy ? -key : key};
    const bool is_reached =
        is_no_worse(reach.side, price, reach.house) && !is_beyond(reach.side, price, reach.worst);
    if (!is_reached) return 0;
    for (; next != 0; next = matching.nodes[next].newer) {
      const WorkingOrder& order = state.orders.pool[next];
      // What a kill switch blocks stays where it is and is met by nobody.
      const bool deals = !closes_elsewhere(state, order.account, order.symbol, order.side) &&
                         !is_blocked(state, order);
      if (deals) return next;
    }
    at = matching.prices.above(set, key);
    if (at == 0) return 0;
    next = matching.prices[at].first;
  }
}

bool meets_maker(const State& state, const WorkingOrder& order) {
  if (order.book != Book::B || !order.rests_as_limit()) return false;
  const Quote quote = state.quote_for(state.account(order.account), order.symbol);
  const Reach reach{order.account, order.symbol, order.side, opening_price(order.side, quote),
                    order.limit};
  return best_maker(state, reach) != 0;
}

void tell_depth(State& state) {
  Matching& matching = state.matching;
  for (const Matching::Changed& changed : matching.changed) {
    const auto& set = matching.books[changed.symbol.value].side(changed.side);
    const std::uint32_t index = matching.prices.find(set, changed.key);
    if (index != 0) matching.prices[index].is_to_be_told = false;
    state.emit({}, describe(matching, changed));
  }
  matching.changed.clear();
}

void retell_depth(const Retelling& to, const State& state) {
  const Matching& matching = state.matching;
  for (std::size_t i = 1; i < state.symbols.size(); ++i) {
    const SymbolId symbol{static_cast<std::uint16_t>(i)};
    for (const Side side : {Side::Buy, Side::Sell}) {
      const auto& set = matching.books[i].side(side);
      for (std::uint32_t at = matching.prices.first(set); at != 0;
           at = matching.prices.above(set, matching.prices.key(at))) {
        to.tell({}, {}, describe(matching, {symbol, side, matching.prices.key(at)}));
      }
    }
  }
}

}  // namespace tribook::engine
