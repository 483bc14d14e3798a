#include "gateway/auth/password_hasher.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include "gateway/auth/random.h"
#include "tribook/base/assert.h"

namespace tribook::auth {
namespace {

constexpr unsigned kCostMin = 4;
constexpr unsigned kCostMax = 14;
constexpr std::size_t kHashSize = 60;
constexpr std::size_t kSettingSize = 29;  // "$2b$10$" and 22 characters of salt
constexpr std::string_view kPrefix = "$2b$";

void wipe(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

std::string make_setting(unsigned cost) {
  std::array<unsigned char, 16> salt{};
  random_bytes(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> out{};
  const char* setting =
      crypt_gensalt_rn("$2b$", cost, reinterpret_cast<const char*>(salt.data()),
                       static_cast<int>(salt.size()), out.data(), static_cast<int>(out.size()));
  TB_ASSERT(setting != nullptr);
  return setting;
}

/// Empty if `setting` is not one that crypt knows.
std::string crypt_bcrypt(const std::string& password, const std::string& setting) {
  const auto data = std::make_unique<crypt_data>();  // 32 KiB
  const char* hash = crypt_r(password.c_str(), setting.c_str(), data.get());
  std::string result = hash == nullptr || hash[0] == '*' ? std::string() : hash;
  OPENSSL_cleanse(data.get(), sizeof *data);
  return result;
}

bool is_bcrypt_hash(std::string_view hash) {
  return hash.size() == kHashSize && hash.starts_with(kPrefix) && hash[6] == '$' &&
         hash[4] >= '0' && hash[4] <= '3' && hash[5] >= '0' && hash[5] <= '9';
}

}  // namespace

bool acceptable_password(std::string_view password) {
  return !password.empty() && password.size() <= PasswordHasher::kMaxPasswordBytes &&
         password.find('\0') == std::string_view::npos;
}

PasswordHasher::PasswordHasher(PasswordHasherOptions options) : options_(options) {
  if (options_.cost < kCostMin || options_.cost > kCostMax) {
    throw std::invalid_argument("the cost of a password hash is 4 to 14");
  }
  if (options_.threads == 0) throw std::invalid_argument("password hashing needs a thread");
  // Of a password that nobody knows, so that nothing matches it but by breaking bcrypt.
  nobodys_hash_ = hash_now(random_hex(32));
  for (unsigned i = 0; i < options_.threads; ++i) workers_.emplace_back([this] { work(); });
}

PasswordHasher::~PasswordHasher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Job& job : jobs_) wipe(job.password);
    jobs_.clear();
  }
  ready_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

std::string PasswordHasher::hash_now(std::string_view password) const {
  TB_ASSERT(acceptable_password(password));
  std::string secret(password);
  std::string hash = crypt_bcrypt(secret, make_setting(options_.cost));
  wipe(secret);
  TB_ASSERT(is_bcrypt_hash(hash));
  return hash;
}

bool PasswordHasher::verify_now(std::string_view password, std::string_view stored_hash) const {
  // Each way to fail costs one hash, so that time tells nothing about which it was.
  const bool known = is_bcrypt_hash(stored_hash);
  const std::string expected(known ? stored_hash : std::string_view(nobodys_hash_));
  const bool acceptable = acceptable_password(password);
  std::string secret(acceptable ? password : std::string_view("-"));
  const std::string hash = crypt_bcrypt(secret, expected.substr(0, kSettingSize));
  wipe(secret);
  const bool equal = hash.size() == expected.size() &&
                     CRYPTO_memcmp(hash.data(), expected.data(), expected.size()) == 0;
  return equal && known && acceptable;
}

bool PasswordHasher::outdated(std::string_view stored_hash) const {
  if (!is_bcrypt_hash(stored_hash)) return true;
  const unsigned cost = static_cast<unsigned>(stored_hash[4] - '0') * 10U +
                        static_cast<unsigned>(stored_hash[5] - '0');
  return cost != options_.cost;
}

bool PasswordHasher::submit_verify(std::string password, std::string stored_hash,
                                   VerifyCallback callback) {
  TB_ASSERT(callback != nullptr);
  return submit({std::move(password), std::move(stored_hash), std::move(callback), {}});
}

bool PasswordHasher::submit_hash(std::string password, HashCallback callback) {
  TB_ASSERT(callback != nullptr);
  TB_ASSERT(acceptable_password(password));
  return submit({std::move(password), {}, {}, std::move(callback)});
}

bool PasswordHasher::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= options_.queue_limit || stopping_) {
      ++refused_;
      wipe(job.password);
      return false;
    }
    jobs_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

void PasswordHasher::work() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    if (job.verify) {
      const bool matches = verify_now(job.password, job.stored_hash);
      wipe(job.password);
      job.verify(matches);
    } else {
      std::string hash = hash_now(job.password);
      wipe(job.password);
      job.hash(std::move(hash));
    }
  }
}

std::size_t PasswordHasher::queued() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

std::uint64_t PasswordHasher::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

}  // namespace tribook::auth
