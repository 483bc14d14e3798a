#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/context.h"
#include "client/table.h"
#include "gateway/json/document.h"

namespace tribook::client {

/// A list of the API: {"items":[...],"nextCursor"?}.
struct List {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::string> columns;  ///< members of an item
  bool is_oldest_first = false;      ///< pages go into the past all the same
};

/// One page, or all with --all-pages: as a table, or with --json as the server's JSON. Several
/// pages are one JSON document.
void show_list(Context& context, const List& list);

/// Visits every item of all pages.
void visit_items(Context& context, const List& list, const std::function<void(json::Value)>& visit);

/// path?name=value&...
std::string target_of(const std::string& path,
                      const std::vector<std::pair<std::string, std::string>>& query);

}  // namespace tribook::client
