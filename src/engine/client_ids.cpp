#include "engine/client_ids.h"

#include <chrono>

#include "tribook/base/hash.h"

namespace tribook::engine {
namespace {

constexpr std::chrono::hours kRemembered{24};

}  // namespace

ClientIds::ClientIds(std::uint32_t capacity)
    : entries_(capacity), limit_(capacity), index_(capacity) {}

void ClientIds::set_limit(std::uint32_t limit) {
  TB_ASSERT(limit <= entries_.size());
  limit_ = limit;
  while (end_ - first_ > limit_) forget_oldest();
}

std::uint64_t ClientIds::key_of(AccountId account, ClientIdUse use, std::string_view text) {
  base::Digest digest;
  digest.mix(account.value);
  digest.mix(static_cast<std::uint64_t>(use));
  digest.mix_bytes(text.data(), text.size());
  return digest.value() == 0 ? 1 : digest.value();
}

void ClientIds::forget_oldest() {
  index_.erase(entries_[first_ % entries_.size()].key);
  ++first_;
}

void ClientIds::forget_old(TimeNs now) {
  while (first_ != end_ && entries_[first_ % entries_.size()].time + kRemembered < now) {
    forget_oldest();
  }
}

// The key is 64 bits; the text itself decides.
const ClientIds::Entry* ClientIds::find(AccountId account, ClientIdUse use, std::string_view text,
                                        TimeNs now) {
  forget_old(now);
  const std::uint32_t place = index_.find(key_of(account, use, text));
  if (place == 0) return nullptr;
  const Entry& entry = entries_[place - 1];
  const bool same = entry.account == account && entry.use == use && entry.text.view() == text;
  return same ? &entry : nullptr;
}

void ClientIds::remember(AccountId account, ClientIdUse use, std::string_view text,
                         std::uint64_t body, std::uint64_t result, TimeNs now) {
  const std::uint64_t key = key_of(account, use, text);
  if (index_.find(key) != 0) return;  // a collision of 64 bits: the first keeps its place
  if (limit_ == 0) return;
  if (end_ - first_ == limit_) forget_oldest();
  const std::uint64_t place = end_++ % entries_.size();
  entries_[place] = {key, now, result, body, account, use, {}, FixedText<kClientIdMax>::of(text)};
  index_.insert(key, static_cast<std::uint32_t>(place + 1));
}

void ClientIds::mix_into(base::Digest& digest) const {
  for (std::uint64_t i = first_; i != end_; ++i) {
    const Entry& entry = entries_[i % entries_.size()];
    digest.mix(entry.key);
    digest.mix(entry.result);
    digest.mix(entry.body);
    digest.mix(static_cast<std::uint64_t>(entry.time.ns));
  }
}

}  // namespace tribook::engine
