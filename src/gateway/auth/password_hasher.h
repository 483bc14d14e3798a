#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// bcrypt, "$2b$". One hash takes a tenth of a second or so by design, so it is done by threads of
// its own behind a bounded queue: a flood of logins can make logins wait and fail, but nothing
// else.

namespace tribook::auth {

struct PasswordHasherOptions {
  unsigned cost = 10;  ///< each step doubles the work; 10 to 14, tests 4
  unsigned threads = 1;
  std::size_t queue_limit = 256;
};

/// 1 to 72 bytes (bcrypt reads no more) without NUL (it would end the password there).
bool acceptable_password(std::string_view password);

class PasswordHasher {
 public:
  static constexpr std::size_t kMaxPasswordBytes = 72;

  /// Called on a worker thread: hand over to the thread that owns the reply.
  using VerifyCallback = std::function<void(bool matches)>;
  using HashCallback = std::function<void(std::string hash)>;

  /// Throws std::invalid_argument for a cost outside 4 to 14 or no thread.
  explicit PasswordHasher(PasswordHasherOptions options = {});
  /// Finishes the hash in progress; what is queued is dropped without a call.
  ~PasswordHasher();
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;

  /// Any thread. False if the queue is full: answer BUSY. `stored_hash` empty means that there is
  /// no such user: the work is done all the same, against a hash that nothing matches. A password
  /// that is not acceptable matches nothing and costs the same too.
  bool submit_verify(std::string password, std::string stored_hash, VerifyCallback callback);

  /// Any thread. False if the queue is full. REQUIRES: acceptable_password(password).
  bool submit_hash(std::string password, HashCallback callback);

  /// In the caller's time: for start-up and tools.
  [[nodiscard]] std::string hash_now(std::string_view password) const;
  [[nodiscard]] bool verify_now(std::string_view password, std::string_view stored_hash) const;

  /// The stored hash is of another cost than new ones are: hash again at the next good login.
  [[nodiscard]] bool outdated(std::string_view stored_hash) const;

  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct Job {
    std::string password;
    std::string stored_hash;
    VerifyCallback verify;
    HashCallback hash;
  };

  bool submit(Job job);
  void work();

  PasswordHasherOptions options_;
  std::string nobodys_hash_;
  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> jobs_;
  std::uint64_t refused_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace tribook::auth
