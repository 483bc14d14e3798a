#pragma once

#include <string>
#include <string_view>

#include "support/engine_fixture.h"

namespace tribook::test {

/// A liquidity provider by hand: what it is asked stands in the events, and it says what a test
/// wants.
class Provider {
 public:
  explicit Provider(House& house) : house_(house) {}

  Events fill(const VenueRequested& request, std::string_view volume, std::string_view price) {
    VenueReport report = about(request, VenueReportKind::Filled);
    report.volume = lots(volume);
    report.price = test::price(price);
    return house_.send(AccountId{}, report);
  }
  Events end(const VenueRequested& request, VenueReportKind kind) {
    return house_.send(AccountId{}, about(request, kind));
  }
  Events reject(const VenueRequested& request) { return end(request, VenueReportKind::Rejected); }
  Events time_out(const VenueRequested& request) { return end(request, VenueReportKind::TimedOut); }

  /// With an id of its own.
  VenueReport about(const VenueRequested& request, VenueReportKind kind) {
    VenueReport report;
    report.request = request.request;
    report.execution_id = FixedText<VenueReport::kExecutionMax>::of("E" + std::to_string(++last_));
    report.symbol = request.symbol;
    report.venue = request.venue;
    report.side = request.side;
    report.kind = kind;
    return report;
  }

 private:
  House& house_;
  std::uint64_t last_ = 0;
};

/// The last that was said of the order.
inline OrderUpdated last_of(const Events& events) {
  REQUIRE(events.has<OrderUpdated>());
  return events.of<OrderUpdated>().back();
}

inline Instrument at_provider(Instrument instrument, Book book = Book::A) {
  instrument.venue.book = book;
  return instrument;
}

/// A market order that its router sent there.
inline Events order_to(House& house, Book book, AccountId account, SymbolId symbol, Side side,
                       std::string_view volume, const OrderOptions& options = {}) {
  NewOrder order = House::order_of(symbol, side, volume, options);
  order.book = book;
  return house.send(account, order);
}

}  // namespace tribook::test
