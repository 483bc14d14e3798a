#include "gateway/auth/login_throttle.h"

#include <algorithm>

#include "tribook/base/assert.h"

namespace tribook::auth {
namespace {

// A name is a key as it is; one that is longer than any user's is cut, so that entries are bounded.
constexpr std::size_t kKeyBytesMax = 256;

std::string_view key_of(std::string_view text) { return text.substr(0, kKeyBytesMax); }

std::chrono::seconds round_up(std::chrono::nanoseconds time) {
  return std::max(std::chrono::ceil<std::chrono::seconds>(time), std::chrono::seconds{1});
}

}  // namespace

LoginThrottle::Entry& LoginThrottle::Table::touch(std::string_view key) {
  if (const auto found = index_.find(key); found != index_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return entries_.front();
  }
  if (index_.size() >= limit_) {
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
  Entry entry;
  entry.key = key;
  entries_.push_front(std::move(entry));
  index_.emplace(entries_.front().key, entries_.begin());
  return entries_.front();
}

LoginThrottle::Entry* LoginThrottle::Table::find(std::string_view key) {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : &*found->second;
}

void LoginThrottle::Table::erase(std::string_view key) {
  const auto found = index_.find(key);
  if (found == index_.end()) return;
  const auto entry = found->second;
  index_.erase(found);
  entries_.erase(entry);
}

LoginThrottle::LoginThrottle(LoginThrottleOptions options)
    : options_(options), users_(options.table_limit), addresses_(options.table_limit) {
  TB_ASSERT(options.table_limit > 0);
  TB_ASSERT(options.failures_per_user > 0);
  TB_ASSERT(options.failures_per_address > 0);
}

LoginThrottle::Decision LoginThrottle::look(Table& table, std::string_view key, unsigned limit,
                                            TimeNs now) {
  Entry* entry = table.find(key);
  if (entry == nullptr) return {};
  if (now < entry->locked_until) return {false, round_up(entry->locked_until - now)};
  if (now >= entry->window_end) entry->failures = 0;
  if (entry->failures + entry->under_way < limit) return {};
  return {false, std::chrono::seconds{1}};  // as many as may fail are being tried right now
}

LoginThrottle::Decision LoginThrottle::begin(std::string_view user, std::string_view address,
                                             TimeNs now) {
  const std::lock_guard lock(mutex_);
  // The address first: one that is locked out cannot fill the table of users.
  const Decision by_address = look(addresses_, key_of(address), options_.failures_per_address, now);
  if (!by_address.allowed) return by_address;
  const Decision by_user = look(users_, key_of(user), options_.failures_per_user, now);
  if (!by_user.allowed) return by_user;
  ++addresses_.touch(key_of(address)).under_way;
  ++users_.touch(key_of(user)).under_way;
  return {};
}

void LoginThrottle::finish(Table& table, std::string_view key) {
  // Not there if it was evicted meanwhile.
  Entry* entry = table.find(key);
  if (entry == nullptr) return;
  if (entry->under_way > 0) --entry->under_way;
  const bool never_locked = entry->locked_until == TimeNs{};
  if (entry->under_way == 0 && entry->failures == 0 && never_locked) table.erase(key);
}

void LoginThrottle::count_failure(Table& table, std::string_view key, unsigned limit, TimeNs now) {
  Entry& entry = table.touch(key);
  if (entry.under_way > 0) --entry.under_way;
  if (now >= entry.window_end) entry.failures = 0;
  if (entry.failures == 0) entry.window_end = now + options_.window;
  if (++entry.failures < limit) return;
  entry.failures = 0;
  entry.locked_until = now + options_.lock_out;
}

void LoginThrottle::failed(std::string_view user, std::string_view address, TimeNs now) {
  const std::lock_guard lock(mutex_);
  count_failure(users_, key_of(user), options_.failures_per_user, now);
  count_failure(addresses_, key_of(address), options_.failures_per_address, now);
}

void LoginThrottle::succeeded(std::string_view user, std::string_view address, TimeNs now) {
  const std::lock_guard lock(mutex_);
  if (Entry* entry = users_.find(key_of(user)); entry != nullptr && now >= entry->locked_until) {
    entry->failures = 0;
  }
  finish(users_, key_of(user));
  finish(addresses_, key_of(address));
}

void LoginThrottle::abandoned(std::string_view user, std::string_view address) {
  const std::lock_guard lock(mutex_);
  finish(users_, key_of(user));
  finish(addresses_, key_of(address));
}

void LoginThrottle::unlock_user(std::string_view user) {
  const std::lock_guard lock(mutex_);
  users_.erase(key_of(user));
}

std::size_t LoginThrottle::users() const {
  const std::lock_guard lock(mutex_);
  return users_.size();
}

std::size_t LoginThrottle::addresses() const {
  const std::lock_guard lock(mutex_);
  return addresses_.size();
}

}  // namespace tribook::auth
