#include "persistence/sqlite/schema.h"

#include <array>
#include <stdexcept>
#include <string>

namespace tribook::persistence::sqlite {
namespace {

constexpr auto kSteps = std::to_array<SchemaStep>({
#include "persistence/sqlite_steps.inc"
});

constexpr bool are_numbered() {
  for (std::size_t i = 0; i < kSteps.size(); ++i) {
    if (kSteps[i].version != static_cast<std::int64_t>(i) + 1) return false;
  }
  return true;
}
static_assert(are_numbered());

void check_owner(Database& database) {
  const std::int64_t id = database.integer("PRAGMA application_id");
  const bool is_new = id == 0 && database.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (id == kApplicationId || is_new) return;
  throw std::runtime_error("store " + database.path() +
                           ": this is some other program's database; name another file");
}

void apply(Database& database, const SchemaStep& step) {
  Transaction transaction(database);
  database.execute(std::string(step.sql));
  database.execute("PRAGMA user_version = " + std::to_string(step.version));
  database.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  transaction.commit();
}

}  // namespace

std::span<const SchemaStep> schema_steps() { return kSteps; }
std::int64_t newest_schema() { return kSteps.back().version; }

void upgrade(Database& database, std::int64_t until) {
  check_owner(database);
  const std::int64_t has = database.integer("PRAGMA user_version");
  if (has > newest_schema()) {
    throw std::runtime_error("store " + database.path() + ": it has schema " + std::to_string(has) +
                             ", of a newer version of tribook; this one knows " +
                             std::to_string(newest_schema()) +
                             ". Use the newer version, or name another file: it is filled from the "
                             "journal");
  }
  for (const SchemaStep& step : kSteps) {
    if (step.version > has && step.version <= until) apply(database, step);
  }
}

}  // namespace tribook::persistence::sqlite
