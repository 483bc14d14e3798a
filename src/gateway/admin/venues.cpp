#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/admin/search.h"
#include "gateway/api/render.h"
#include "gateway/json/writer.h"

// What is on its way at liquidity providers, and who holds the other side of each symbol.

namespace tribook::gateway::admin {
namespace {

// Volumes of many clients may be more than one order's can.
void write_volume(json::Writer& writer, std::string_view key, int128 raw) {
  std::string text;
  json::append_decimal(text, raw);
  writer.raw(key, text);
}

void write_exposure(json::Writer& writer, const Context& context, const Instrument& symbol,
                    const views::ExposureView& exposure) {
  const bool has_venue = symbol.venue.book != Book::B || exposure.venue.at_venue != 0;
  writer.begin_object()
      .field("symbol", symbol.name.view())
      .field("book", symbol.venue.book)
      .text_or_null("venue", has_venue ? std::string_view(context.options.dealing_venue)
                                       : std::string_view());
  write_volume(writer, "clientsBuy", exposure.clients.buys);
  write_volume(writer, "clientsSell", exposure.clients.sells);
  write_volume(writer, "clientsNet", exposure.net());
  write_volume(writer, "atVenue", exposure.venue.at_venue);
  write_volume(writer, "toHedgeBack", exposure.venue.undone);
  write_volume(writer, "house", exposure.house());
  writer.end_object();
}

void write_request(json::Writer& writer, const Context& context,
                   const views::VenueRequestView& request) {
  const Instrument* symbol = context.mirror.find(request.symbol);
  const auto id_or_null = [&](std::string_view key, std::uint64_t id) {
    if (id != 0) {
      writer.field(key, id);
    } else {
      writer.null(key);
    }
  };
  writer.begin_object().field("id", request.id.value).field("kind", request.kind);
  id_or_null("orderId", request.order.value);
  id_or_null("positionId", request.position.value);
  id_or_null("accountId", request.account.value);
  writer.field("symbol", symbol != nullptr ? symbol->name.view() : std::string_view())
      .text_or_null("venue", context.options.dealing_venue)
      .field("side", request.side)
      .field("volume", request.volume)
      .field("leftVolume", request.left)
      .price_or_null("limit", request.limit)
      .price_or_null("seenPrice", request.seen)
      .field("timeInForce", request.time_in_force)
      .field("accepted", request.is_accepted)
      .field("deadline", request.deadline)
      .end_object();
}

}  // namespace

void list_exposure(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const auto search = read_search(call);
  if (!search) return;
  const Context& context = call.context;
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  std::uint64_t total = 0;
  std::uint64_t last = 0;
  std::size_t count = 0;
  bool has_more = false;
  for (const auto& symbol : context.mirror.symbols().all()) {
    const std::string_view name = symbol->name.view();
    if (!search->finds(name) || (!search->symbol.empty() && name != search->symbol)) continue;
    ++total;
    if (symbol->id.value <= page->cursor || has_more) continue;
    has_more = count == page->limit;
    if (has_more) continue;
    views::ExposureView exposure;
    if (context.views.exposure(symbol->id, exposure) != views::ReadStatus::Found)
      return call.refuse(RejectCode::Busy);
    write_exposure(writer, context, *symbol, exposure);
    last = symbol->id.value;
    ++count;
  }
  writer.end_array();
  if (has_more) writer.field("nextCursor", std::to_string(last));
  if (search->with_total) write_total(writer, total);
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

void list_venue_requests(const Call& call) {
  const auto page = read_page(call);
  if (!page || !takes_no_search(call)) return;
  AccountId only;
  if (const auto named = call.request.param("accountId")) {
    const auto id = parse_id(*named);
    if (!id || *id > UINT32_MAX)
      return call.refuse(RejectCode::Validation, "accountId must be a number above 0");
    only = AccountId{static_cast<std::uint32_t>(*id)};
  }
  const Context& context = call.context;
  const auto found = context.views.venue_requests(only, VenueRequestId{page->cursor}, page->limit);
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  for (const views::VenueRequestView& request : found.items)
    write_request(writer, context, request);
  writer.end_array();
  if (found.next != 0) writer.field("nextCursor", std::to_string(found.next));
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

}  // namespace tribook::gateway::admin
