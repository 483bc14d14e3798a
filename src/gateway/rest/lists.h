#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/api/context.h"
#include "gateway/json/writer.h"

// Lists as answers. The newest records are in the views; behind where those end a list goes on with
// what the store has, so that pages follow each other without a gap.

namespace tribook::gateway::rest {

/// False, answered, when the views have no such account or are too busy.
inline bool is_found(const Call& call, views::ReadStatus status) {
  if (status == views::ReadStatus::Found) return true;
  call.refuse(status == views::ReadStatus::Busy ? RejectCode::Busy : RejectCode::NotFound);
  return false;
}

/// {"items":[...],"nextCursor"?}
template <typename Item, typename Write>
http::HttpResponse list_response(const std::vector<Item>& items, std::uint64_t next, Write write) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  for (const Item& item : items) write(writer, item);
  writer.end_array();
  if (next != 0) writer.field("nextCursor", std::to_string(next));
  writer.end_object();
  return json_response(200, std::move(body));
}

/// Runs `read(reader)` on the store, which must have the record `needed`, then answers with what
/// `make_answer()` gives; both outlive the call. Answers also when the store cannot do that.
template <typename Read, typename MakeAnswer>
void answer_from_store(const Call& call, Sequence needed, Read read, MakeAnswer make_answer) {
  const auto is_behind = std::make_shared<bool>(false);
  const bool is_taken = call.context.history->read(
      [is_behind, needed, read = std::move(read)](persistence::HistoryReader& reader) {
        *is_behind = reader.stored() < needed;
        if (!*is_behind) read(reader);
      },
      [&network = call.context.network, handle = call.handle, is_behind,
       make_answer = std::move(make_answer)](bool ok) {
        if (!ok) {
          network.reply(handle, problem(RejectCode::Unavailable, "History cannot be read now"));
        } else if (*is_behind) {
          network.reply(handle, problem(RejectCode::Busy, "History is behind; try again"));
        } else {
          network.reply(handle, make_answer());
        }
      });
  if (!is_taken) call.refuse(RejectCode::Busy, "Too many wait for history; try again");
}

/// The store's `rows` behind the first `whole` records of the views' page; what the views have of
/// a row is newer. The id to go on from, or 0.
template <typename View>
std::uint64_t join(views::Page<View>& page, const std::vector<View>& rows, std::size_t limit) {
  const std::vector<View> scattered(page.items.begin() + static_cast<std::ptrdiff_t>(page.whole),
                                    page.items.end());
  page.items.resize(page.whole);
  for (const View& row : rows) {
    const auto newer = std::find_if(scattered.begin(), scattered.end(),
                                    [&](const View& view) { return view.id == row.id; });
    page.items.push_back(newer == scattered.end() ? row : *newer);
  }
  if (page.items.size() <= limit) return 0;
  page.items.resize(limit);
  return page.items.back().id.value;
}

/// Answers with a page of the views, and with what `fetch(reader, before, limit)` gives of the
/// store where it ends too early. `fetch` and `write(writer, item)` outlive the call.
template <typename View, typename Fetch, typename Write>
void reply_list(const Call& call, views::Page<View> page, const PageRequest& request, Fetch fetch,
                Write write) {
  if (!is_found(call, page.status)) return;
  if (!page.is_cut || call.context.history == nullptr) {
    return call.reply(list_response(page.items, page.next, write));
  }
  if (page.whole >= request.limit) {  // full, and there are older ones
    return call.reply(list_response(page.items, page.items.back().id.value, write));
  }
  const std::uint64_t before =
      page.whole == 0 ? request.cursor : page.items[page.whole - 1].id.value;
  const std::size_t missing = request.limit - page.whole;
  struct Parts {
    views::Page<View> page;
    std::vector<View> rows;
  };
  const Sequence needed = page.lost;
  const auto parts = std::make_shared<Parts>(Parts{std::move(page), {}});
  answer_from_store(
      call, needed,
      [parts, fetch, before, missing](persistence::HistoryReader& reader) {
        parts->rows = fetch(reader, before, missing + 1);
      },
      [parts, limit = request.limit, write] {
        const std::uint64_t next = join(parts->page, parts->rows, limit);
        return list_response(parts->page.items, next, write);
      });
}

}  // namespace tribook::gateway::rest
