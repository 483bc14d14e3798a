#include "gateway/bodies/symbol_json.h"
#include "gateway/json/writer.h"
#include "gateway/rest/client_api.h"

namespace tribook::gateway::rest {

void get_symbols(const Call& call) {
  const auto page = read_page(call);
  if (!page) return;
  const Context& context = call.context;
  views::AccountView account;  // at whose prices; of none, at the symbols' own
  static_cast<void>(context.views.account(call.account, account));
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  std::size_t count = 0;
  std::uint64_t next = 0;
  for (const auto& instrument : context.mirror.symbols().all()) {
    if (instrument->id.value <= page->cursor) continue;
    if (count == page->limit) {
      next = instrument->id.value - std::uint64_t{1};
      break;
    }
    ++count;
    const Quote quote = context.mirror.quote(instrument->id, account.group_id);
    writer.begin_object();
    write_symbol_fields(writer, *instrument);
    writer.field("marketOpen", context.views.session_open(instrument->id));
    if (quote.is_known()) {
      writer.field("bid", quote.bid, instrument->digits)
          .field("ask", quote.ask, instrument->digits);
    } else {
      writer.null("bid").null("ask");
    }
    writer.end_object();
  }
  writer.end_array();
  if (next != 0) writer.field("nextCursor", std::to_string(next));
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

}  // namespace tribook::gateway::rest
