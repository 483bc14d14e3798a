#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

// SQLite as objects that close themselves. A database and its statements belong to one thread at a
// time.

namespace tribook::persistence::sqlite {

class Error : public std::runtime_error {
 public:
  Error(int code, int system_error, const std::string& what)
      : std::runtime_error(what), code_(code), system_error_(system_error) {}
  [[nodiscard]] int code() const { return code_; }
  /// The file is no database, or a broken one: trying again does not help.
  [[nodiscard]] bool is_damage() const;
  /// The disk is full or fails: trying again later may help.
  [[nodiscard]] bool is_of_disk() const;

 private:
  int code_;
  int system_error_;  // errno, where the system refused something
};

/// A file of this name beside a database says that it was found damaged while in use; who opens it
/// next for writing moves it aside.
std::string damage_mark(const std::string& path);

class Database {
 public:
  enum class Access : std::uint8_t { ReadWrite, ReadOnly };

  /// Makes the file when it is not there and may be written. `patience`: how long to wait for
  /// another process's lock.
  Database(const std::string& path, Access access, std::chrono::milliseconds patience);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// One or more statements without parameters; rows are ignored.
  void execute(const std::string& sql);
  /// The first column of the first row, as a number; 0 without one.
  std::int64_t integer(const std::string& sql);
  std::string text(const std::string& sql);

  [[nodiscard]] bool is_in_transaction() const;
  /// Ends a transaction, if there is one, without its effect.
  void roll_back() noexcept;
  /// Rows inserted, changed and removed through this connection.
  [[nodiscard]] std::uint64_t changes() const;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] sqlite3* handle() const { return handle_; }
  /// Throws what SQLite says of its last call.
  [[noreturn]] void fail(const char* doing) const;

 private:
  std::string path_;
  sqlite3* handle_ = nullptr;
};

/// The rows of a query, until it goes out of scope.
class Rows {
 public:
  Rows(const Database& database, sqlite3_stmt* statement)
      : database_(database), statement_(statement) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  /// Goes to the next row; false after the last one.
  bool next();

  // Of the row, by column from 0.
  [[nodiscard]] std::int64_t integer(int column) const;
  /// Until the next row.
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  const Database& database_;
  sqlite3_stmt* statement_;
};

template <typename T>
concept Number = std::integral<T>;
template <typename T>
concept Text = std::convertible_to<T, std::string_view>;

/// Prepared once, run often.
class Statement {
 public:
  Statement(const Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// Runs it to its end with these values of its parameters.
  template <typename... Values>
  void run(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
    finish();
  }
  /// One Rows of a statement at a time.
  template <Number... Values>
  Rows rows(Values... values) {
    int index = 0;
    (bind(++index, values), ...);
    return {database_, statement_};
  }

 private:
  template <Number T>
  void bind(int index, T value) {
    bind_number(index, static_cast<std::int64_t>(value));
  }
  /// The text is used until the statement has run.
  template <Text T>
  void bind(int index, const T& value) {
    bind_text(index, value);
  }
  void bind_number(int index, std::int64_t value);
  void bind_text(int index, std::string_view value);
  void finish();

  const Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// A transaction that is undone unless it is committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction() { database_.roll_back(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() { database_.execute("COMMIT"); }

 private:
  Database& database_;
};

}  // namespace tribook::persistence::sqlite
