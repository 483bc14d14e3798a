#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tribook/base/time.h"

// Slows down guessing. Failures are counted for each user name (known or not, so that it tells
// nothing) and for each address; too many within a window lock that name or address out for a
// while. Successes are never counted against anyone. An attempt under way counts like a failure
// until its outcome is known: else a burst of guesses would all be let in before the first one has
// failed.

namespace tribook::auth {

struct LoginThrottleOptions {
  unsigned failures_per_user = 5;
  unsigned failures_per_address = 50;    ///< an office shares one
  std::chrono::seconds window{15 * 60};  ///< in which failures are added up
  std::chrono::seconds lock_out{15 * 60};
  std::size_t table_limit = 65'536;  ///< entries of each table; the least recently used go first
};

/// Any thread; logins are rare, so one lock is enough.
class LoginThrottle {
 public:
  struct Decision {
    bool allowed = true;
    std::chrono::seconds retry_after{0};  ///< if not allowed: at least 1
  };

  explicit LoginThrottle(LoginThrottleOptions options = {});

  /// Asks for one attempt. If it is allowed, one of succeeded(), failed() and abandoned() must
  /// follow.
  Decision begin(std::string_view user, std::string_view address, TimeNs now);

  /// Forgets the user's failures; the address keeps its own.
  void succeeded(std::string_view user, std::string_view address, TimeNs now);
  void failed(std::string_view user, std::string_view address, TimeNs now);
  /// The attempt was not carried out (the hasher was busy).
  void abandoned(std::string_view user, std::string_view address);

  /// An admin lets the user in again.
  void unlock_user(std::string_view user);

  [[nodiscard]] std::size_t users() const;
  [[nodiscard]] std::size_t addresses() const;

 private:
  struct Entry {
    std::string key;
    unsigned failures = 0;
    unsigned under_way = 0;
    TimeNs window_end;
    TimeNs locked_until;
  };

  /// Entries by key, most recently used first.
  class Table {
   public:
    explicit Table(std::size_t limit) : limit_(limit) {}
    Entry& touch(std::string_view key);
    Entry* find(std::string_view key);
    void erase(std::string_view key);
    [[nodiscard]] std::size_t size() const { return index_.size(); }

   private:
    std::size_t limit_;
    std::list<Entry> entries_;
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index_;
  };

  Decision look(Table& table, std::string_view key, unsigned limit, TimeNs now);
  void count_failure(Table& table, std::string_view key, unsigned limit, TimeNs now);
  void finish(Table& table, std::string_view key);

  LoginThrottleOptions options_;
  mutable std::mutex mutex_;
  Table users_;
  Table addresses_;
};

}  // namespace tribook::auth
