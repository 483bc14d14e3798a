#pragma once

#include <cstddef>
#include <string_view>

// The keys of what symbols and groups say, tables in tables. What they mean is read where symbols
// and groups are made; here only what is none of them is found. `limits` are in limit_keys.h.

namespace tribook::config {

struct ListedKey;

struct ListedKeys {
  const ListedKey* first = nullptr;
  std::size_t count = 0;

  [[nodiscard]] constexpr const ListedKey* begin() const { return first; }
  [[nodiscard]] constexpr const ListedKey* end() const;
};

struct ListedKey {
  std::string_view name;
  ListedKeys inside{};  ///< of a table, or of the tables of a list
};

constexpr const ListedKey* ListedKeys::end() const { return first + count; }

ListedKeys symbol_keys();
ListedKeys group_keys();

}  // namespace tribook::config
