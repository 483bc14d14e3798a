#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "persistence/sqlite/database.h"

namespace tribook::persistence::sqlite {

/// A step of the schema, from sql/sqlite.
struct SchemaStep {
  std::int64_t version;
  std::string_view name;
  std::string_view sql;
};

/// By version: 1, 2, 3 ..
std::span<const SchemaStep> schema_steps();
std::int64_t newest_schema();

/// Stands in the header of each of our databases.
inline constexpr std::int64_t kApplicationId = 0x5452'424B;  // TRBK

/// Applies the steps that the database does not have yet, up to `until`. Throws when it is a newer
/// program's or not ours at all.
void upgrade(Database& database, std::int64_t until = newest_schema());

}  // namespace tribook::persistence::sqlite
