#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/naive_margin.h"
#include "tribook/message/event.h"

namespace tribook::sim {

/// The clients' book by looking at all orders each time: what rests at a price, who should have
/// come before whom, that both sides of a deal get the same, and that whoever did not deal with a
/// client dealt at the house's price. Made of events and quotes in the order in which the records
/// gave them.
class NaiveBook {
 public:
  /// `prices` has taken the event in.
  void apply(const Event& event, const NaiveMargin& prices);

  /// The first thing that is not so; empty when all is right.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Order {
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    OrderType type = OrderType::Market;
    OrderStatus status = OrderStatus::Pending;
    Book book = Book::None;
    Price limit;
    Volume volume;
    Volume filled;
    bool was_triggered = false;

    [[nodiscard]] bool is_in_book() const {
      const bool rests = status == OrderStatus::Working || status == OrderStatus::PartiallyFilled;
      const bool is_limit =
          type == OrderType::Limit || (type == OrderType::StopLimit && was_triggered);
      return rests && is_limit && book == Book::B;
    }
  };
  /// A part of an order that was filled at one price.
  struct Leg {
    std::uint64_t order = 0;
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    Price limit;
    Price house;
    Price price;
    Volume filled;
    Volume dealt;
    bool is_printed = false;
  };

  void on_order(AccountId account, const OrderUpdated& told, const NaiveMargin& prices);
  void on_trade(const TradeExecuted& trade);
  void on_print(const BookPrinted& print);
  void on_depth(const DepthChanged& depth);
  void end_record();
  void demand(bool is_so, const std::string& what);

  std::map<std::uint64_t, Order> orders_;
  std::vector<Leg> legs_;  // of the record
  Sequence root_;
  bool is_by_venue_ = false;  // a venue reported in this record
  std::string problem_;
};

}  // namespace tribook::sim
