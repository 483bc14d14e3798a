#include "sim/naive_book.h"

namespace tribook::sim {

void NaiveBook::demand(bool is_so, const std::string& what) {
  if (is_so || !problem_.empty()) return;
  problem_ = what + " (record " + std::to_string(root_.value) + ")";
}

void NaiveBook::apply(const Event& event, const NaiveMargin& prices) {
  if (event.header.root != root_) end_record();
  root_ = event.header.root;
  switch (event.header.kind) {
    case EventKind::OrderUpdated:
      return on_order(event.header.account, event.get<OrderUpdated>(), prices);
    case EventKind::TradeExecuted:
      return on_trade(event.get<TradeExecuted>());
    case EventKind::BookPrinted:
      return on_print(event.get<BookPrinted>());
    case EventKind::DepthChanged:
      return on_depth(event.get<DepthChanged>());
    case EventKind::VenueReported:
      is_by_venue_ = true;
      return;
    default:
      return;
  }
}

// A deal with nobody is one with the house, unless a venue told of it.
void NaiveBook::end_record() {
  for (const Leg& leg : legs_) {
    demand(leg.dealt == leg.filled,
           "order " + std::to_string(leg.order) + " was filled otherwise than its trades say");
    demand(leg.is_printed || is_by_venue_ || leg.price == leg.house,
           "order " + std::to_string(leg.order) + " was filled beside the quote");
  }
  legs_.clear();
  is_by_venue_ = false;
}

void NaiveBook::on_order(AccountId account, const OrderUpdated& told, const NaiveMargin& prices) {
  if (told.is_duplicate != 0 || told.reason != CloseReason::None) return;
  Order& order = orders_[told.order.value];
  const Volume more = told.filled_volume - order.filled;
  const bool triggered = order.was_triggered || told.status == OrderStatus::Triggered;
  order = {account,   told.symbol, told.side,   told.type,          told.status,
           told.book, told.limit,  told.volume, told.filled_volume, triggered};
  if (more.raw != 0) {
    Leg leg;
    leg.order = told.order.value;
    leg.account = account;
    leg.symbol = told.symbol;
    leg.side = told.side;
    leg.limit = told.limit;
    leg.house = prices.price_of(account, told.symbol, told.side);
    leg.filled = more;
    legs_.push_back(leg);
  }
  const bool is_within = told.filled_volume <= told.volume || told.filled_volume.is_zero();
  demand(more.raw >= 0 && is_within,
         "order " + std::to_string(told.order.value) + " is filled beyond itself");
  // A venue may fill the rest of it too late.
  if (told.status == OrderStatus::Filled) orders_.erase(told.order.value);
}

void NaiveBook::on_trade(const TradeExecuted& trade) {
  if (legs_.empty() || legs_.back().order != trade.order.value) return;  // a close
  Leg& leg = legs_.back();
  demand(leg.price.is_zero() || leg.price == trade.price, "one fill has two prices");
  leg.price = trade.price;
  leg.dealt += trade.volume;
}

// The taker's side is told first.
void NaiveBook::on_print(const BookPrinted& print) {
  if (legs_.size() < 2) return demand(false, "a deal without two sides");
  Leg& taker = legs_[legs_.size() - 2];
  Leg& maker = legs_.back();
  for (Leg* leg : {&taker, &maker}) {
    demand(leg->filled == print.volume && leg->dealt == print.volume && leg->price == print.price &&
               leg->symbol == print.symbol && !leg->is_printed,
           "a deal's sides differ from its print");
    leg->is_printed = true;
  }
  demand(taker.side == print.taker_side && maker.side == opposite(taker.side) &&
             taker.account != maker.account && maker.limit == print.price,
         "a deal with the wrong sides, or not at the maker's price");
  const bool is_buy = taker.side == Side::Buy;
  const auto is_better = [&](Price price, Price than) {
    return is_buy ? price < than : price > than;
  };
  demand(!is_better(taker.house, print.price), "a maker was worse than the house");
  for (const auto& [id, order] : orders_) {
    if (!order.is_in_book() || order.symbol != print.symbol || order.side != maker.side) continue;
    demand(order.account == taker.account || !is_better(order.limit, print.price),
           "order " + std::to_string(id) + " was better than the one that was dealt with");
  }
}

void NaiveBook::on_depth(const DepthChanged& depth) {
  int128 volume = 0;
  std::uint32_t count = 0;
  for (const auto& [id, order] : orders_) {
    if (!order.is_in_book() || order.symbol != depth.symbol || order.side != depth.side) continue;
    if (order.limit != depth.price) continue;
    volume += order.volume.raw - order.filled.raw;
    ++count;
  }
  demand(volume == depth.volume.raw && count == depth.orders,
         "the depth at a price is not what rests there");
}

}  // namespace tribook::sim
