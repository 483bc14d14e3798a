#include "engine/client_ids.h"

#include <chrono>

#include "tribook/base/archive.h"
#include "tribook/base/canary.h"
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
  const bool forgets_all = base::is_broken(base::Broken::IdsForgottenAtStart);
  while (end_ - first_ > (forgets_all ? 0 : limit_)) forget_oldest();
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

bool ClientIds::has(AccountId account, ClientIdUse use, std::string_view text, TimeNs now) const {
  const std::uint32_t place = index_.find(key_of(account, use, text));
  if (place == 0) return false;
  const Entry& entry = entries_[place - 1];
  return entry.account == account && entry.use == use && entry.text.view() == text &&
         entry.time + kRemembered >= now;
}

void ClientIds::remember(AccountId account, ClientIdUse use, std::string_view text,
                         std::uint64_t body, std::uint64_t result, TimeNs now) {
  const std::uint64_t key = key_of(account, use, text);
  if (index_.find(key) != 0) return;  // a collision of 64 bits: the first keeps its place
  if (limit_ == 0) return;
  if (end_ - first_ == limit_) forget_oldest();
  add({key, now, result, body, account, use, {}, FixedText<kClientIdMax>::of(text)});
}

void ClientIds::add(const Entry& entry) {
  const std::uint64_t place = end_++ % entries_.size();
  entries_[place] = entry;
  index_.insert(entry.key, static_cast<std::uint32_t>(place + 1));
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

void ClientIds::save(base::ArchiveWriter& archive) const {
  archive(static_cast<std::uint32_t>(end_ - first_));
  for (std::uint64_t i = first_; i != end_; ++i) {
    const Entry& entry = entries_[i % entries_.size()];
    const std::string_view text = entry.text.view();
    archive(entry.time, entry.result, entry.body, entry.account);
    archive.any(entry.use);
    archive(static_cast<std::uint8_t>(text.size()));
    archive.put_bytes(std::as_bytes(std::span(text)));
  }
}

void ClientIds::load(base::ArchiveReader& archive) {
  constexpr std::size_t least_bytes_of_one = 31;
  for (std::uint32_t left = archive.count(limit_, least_bytes_of_one); left > 0; --left) {
    Entry entry;
    std::uint8_t size = 0;
    archive(entry.time, entry.result, entry.body, entry.account);
    archive.any(entry.use);
    archive(size);
    const auto bytes = archive.get_bytes(size);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const bool is_text = !text.empty() && text.size() <= kClientIdMax;
    archive.demand(is_text && entry.use <= ClientIdUse::Payment);
    if (!archive.ok()) return;
    entry.text = FixedText<kClientIdMax>::of(text);
    entry.key = key_of(entry.account, entry.use, text);
    archive.demand(entry.text.view() == text && index_.find(entry.key) == 0);
    if (!archive.ok()) return;
    add(entry);
  }
}

}  // namespace tribook::engine
