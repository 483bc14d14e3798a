#include "client/lists.h"

#include <cstdio>

#include "client/answer.h"
#include "client/failure.h"

namespace tribook::client {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kPagesMax = 10'000;  // a server that never ends is no reason to go on

Query first_query(const Context& context, const List& list) {
  Query query = list.query;
  if (const auto limit = context.option("--limit")) {
    query.emplace_back("limit", Context::whole_number("--limit", *limit));
  }
  return query;
}

// Visits pages from the cursor on until visit(document) says enough. The next page's cursor is ""
// at the end.
void visit_pages(Context& context, const List& list, std::string cursor,
                 const std::function<bool(const std::string& body, json::Value root)>& visit) {
  const Query query = first_query(context, list);
  json::Document document;
  for (std::size_t page = 0; page < kPagesMax; ++page) {
    Query with_cursor = query;
    if (!cursor.empty()) with_cursor.emplace_back("cursor", cursor);
    const std::string body = context.api().get(target_of(list.path, with_cursor));
    read_answer(document, body);
    const std::string next = member_text(document.root(), "nextCursor");
    if (!visit(body, document.root()) || next.empty()) return;
    if (next == cursor) break;
    cursor = next;
  }
  throw Failure("the list does not end: ask for a part with --limit and --cursor");
}

json::Value items_of(json::Value root) {
  for (const json::Value value : root) {
    if (value.key() == "items" && value.kind() == json::Kind::Array) return value;
  }
  throw Failure("the answer is no list: check the address given at the login");
}

std::vector<Cell> row_of(const List& list, json::Value item) {
  std::vector<Cell> cells;
  cells.reserve(list.columns.size());
  for (const std::string& column : list.columns) cells.push_back(cell_of(item, column));
  return cells;
}

// One document out of several: the members of the first page, all items, no cursor.
class Joined {
 public:
  void add(json::Value root) {
    std::string page;
    for (const json::Value item : items_of(root)) {
      if (!page.empty()) page += ',';
      page += item.raw();
    }
    if (pages_.empty()) {
      for (const json::Value value : root) {
        if (value.key() == "items" || value.key() == "nextCursor") continue;
        head_.append("\"").append(value.key()).append("\":").append(value.raw()).append(",");
      }
    }
    pages_.push_back(std::move(page));
  }
  [[nodiscard]] std::string text(bool is_oldest_first) const {
    std::string items;
    for (const std::string& page : pages_) {
      const bool needs_comma = !items.empty() && !page.empty();
      const std::string comma = needs_comma ? "," : "";
      items = is_oldest_first ? page + comma + items : std::move(items) + comma + page;
    }
    return "{" + head_ + "\"items\":[" + items + "]}\n";
  }

 private:
  std::string head_;
  std::vector<std::string> pages_;
};

void show_all_json(Context& context, const List& list, const std::string& cursor) {
  Joined joined;
  visit_pages(context, list, cursor, [&](const std::string&, json::Value root) {
    joined.add(root);
    return true;
  });
  Context::print(joined.text(list.is_oldest_first));
}

void show_table(Context& context, const List& list, const std::string& cursor, bool wants_all) {
  std::vector<std::vector<std::vector<Cell>>> pages;
  std::string next;
  visit_pages(context, list, cursor, [&](const std::string&, json::Value root) {
    auto& page = pages.emplace_back();
    for (const json::Value item : items_of(root)) page.push_back(row_of(list, item));
    next = member_text(root, "nextCursor");
    return wants_all;
  });
  Table table(list.columns);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    auto& page = pages[list.is_oldest_first ? pages.size() - 1 - i : i];
    for (auto& row : page) table.add_row(std::move(row));
  }
  Context::print(table.text(context.has_colour()));
  if (next.empty()) return;
  std::fprintf(stderr, "there is more: --cursor %s goes on, --all-pages shows all\n", next.c_str());
}

}  // namespace

std::string target_of(const std::string& path, const Query& query) {
  std::string target = path;
  char joiner = '?';
  for (const auto& [name, value] : query) {
    target += joiner + name + "=" + percent_encode(value);
    joiner = '&';
  }
  return target;
}

void show_list(Context& context, const List& list) {
  const std::string cursor = context.option("--cursor").value_or("");
  const bool wants_all = context.has("--all-pages");
  if (!context.wants_json()) return show_table(context, list, cursor, wants_all);
  if (wants_all) return show_all_json(context, list, cursor);
  Query query = first_query(context, list);
  if (!cursor.empty()) query.emplace_back("cursor", cursor);
  Context::print(context.api().get(target_of(list.path, query)) + "\n");
}

void visit_items(Context& context, const List& list,
                 const std::function<void(json::Value)>& visit) {
  visit_pages(context, list, "", [&](const std::string&, json::Value root) {
    for (const json::Value item : items_of(root)) visit(item);
    return true;
  });
}

}  // namespace tribook::client
