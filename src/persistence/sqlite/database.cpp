#include "persistence/sqlite/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <utility>

namespace tribook::persistence::sqlite {
namespace {

constexpr mode_t kMode = 0640;      // as the journal's files
constexpr int kPrimaryCode = 0xFF;  // the rest of a code tells more of the same

// SQLite lets everybody read what it makes; its log takes the mode of the file. One that is there
// keeps its own, and why none can be made is SQLite's to say.
void make_for_us_alone(const std::string& path) {
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (made >= 0) ::close(made);
}

}  // namespace

bool Error::is_damage() const {
  const int code = code_ & kPrimaryCode;
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool Error::is_of_disk() const {
  const int code = code_ & kPrimaryCode;
  if (code == SQLITE_FULL || code == SQLITE_IOERR) return true;
  const bool is_refused = code == SQLITE_CANTOPEN;
  return is_refused && (system_error_ == ENOSPC || system_error_ == EDQUOT || system_error_ == EIO);
}

std::string damage_mark(const std::string& path) { return path + ".is-damaged"; }

Database::Database(const std::string& path, Access access, std::chrono::milliseconds patience)
    : path_(path) {
  if (access == Access::ReadWrite) make_for_us_alone(path);
  const int flags = access == Access::ReadOnly ? SQLITE_OPEN_READONLY
                                               : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  const int code = sqlite3_open_v2(path.c_str(), &handle_,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) {
    const std::string what = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
    const int system_error = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_);
    sqlite3_close(std::exchange(handle_, nullptr));
    throw Error(code, system_error, "cannot open the store " + path + ": " + what);
  }
  sqlite3_busy_timeout(handle_, static_cast<int>(patience.count()));
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::fail(const char* doing) const {
  const int code = sqlite3_extended_errcode(handle_);
  const Error error(code, sqlite3_system_errno(handle_),
                    "store " + path_ + ": cannot " + doing + ": " + sqlite3_errmsg(handle_));
  if (error.is_damage()) std::ofstream(damage_mark(path_)).flush();
  throw error;
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(("run " + sql.substr(0, 40)).c_str());
  }
}

std::int64_t Database::integer(const std::string& sql) {
  Statement statement(*this, sql);
  Rows rows = statement.rows();
  return rows.next() ? rows.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
  Statement statement(*this, sql);
  Rows rows = statement.rows();
  return rows.next() ? std::string(rows.text(0)) : std::string();
}

bool Database::is_in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

// Some failures have ended the transaction already.
void Database::roll_back() noexcept {
  if (is_in_transaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

std::uint64_t Database::changes() const {
  return static_cast<std::uint64_t>(sqlite3_total_changes64(handle_));
}

Rows::~Rows() { sqlite3_reset(statement_); }

bool Rows::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail("read");
  return false;
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Rows::text(int column) const {
  const void* bytes = sqlite3_column_text(statement_, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Rows::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Statement::Statement(const Database& database, std::string_view sql) : database_(database) {
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (code != SQLITE_OK) database.fail("prepare a statement");
}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

void Statement::bind_number(int index, std::int64_t value) {
  if (sqlite3_bind_int64(statement_, index, value) != SQLITE_OK) database_.fail("bind a number");
}

void Statement::bind_text(int index, std::string_view value) {
  const char* bytes = value.data() == nullptr ? "" : value.data();  // null would be NULL
  if (sqlite3_bind_text64(statement_, index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8) !=
      SQLITE_OK) {
    database_.fail("bind a text");
  }
}

void Statement::finish() {
  const int code = sqlite3_step(statement_);
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    // The reset makes the message that fail() tells the statement's own.
    sqlite3_reset(statement_);
    database_.fail("write");
  }
  sqlite3_reset(statement_);
}

}  // namespace tribook::persistence::sqlite
