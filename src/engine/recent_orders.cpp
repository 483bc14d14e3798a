#include "engine/recent_orders.h"

#include "tribook/base/archive.h"
#include "tribook/base/hash.h"

namespace tribook::engine {
namespace {

constexpr std::size_t kEntryBytes = 56;  // in an archive

}  // namespace

RecentOrders::RecentOrders() : index_(kRoom) { entries_.reserve(kRoom); }

RecentOrders::Likeness RecentOrders::likeness_of(AccountId account, const NewOrder& order) {
  return {order.volume, order.limit,  order.trigger, order.stop_loss, order.take_profit,
          account,      order.symbol, order.side,    order.type};
}

std::uint64_t RecentOrders::key_of(const Likeness& of) {
  base::Digest digest;
  for (const std::int64_t raw :
       {of.volume.raw, of.limit.raw, of.trigger.raw, of.stop_loss.raw, of.take_profit.raw}) {
    digest.mix(static_cast<std::uint64_t>(raw));
  }
  digest.mix(std::uint64_t{of.account.value} << 32 | std::uint64_t{of.symbol.value} << 16 |
             static_cast<std::uint64_t>(of.side) << 8 | static_cast<std::uint64_t>(of.type));
  return digest.value() == 0 ? 1 : digest.value();
}

// The key is 64 bits; what it stands for decides.
std::optional<TimeNs> RecentOrders::last_like(AccountId account, const NewOrder& order) const {
  const Likeness of = likeness_of(account, order);
  const std::uint32_t place = index_.find(key_of(of));
  if (place == 0 || !(entries_[place - 1].of == of)) return std::nullopt;
  return entries_[place - 1].time;
}

void RecentOrders::remember(AccountId account, const NewOrder& order, TimeNs now) {
  while (first_ != end_ && at(first_).time + kRemembered <= now) forget_oldest();
  if (end_ - first_ == kRoom) forget_oldest();
  const Likeness of = likeness_of(account, order);
  add({of, now, key_of(of)});
}

void RecentOrders::add(const Entry& entry) {
  const std::uint64_t place = end_++ % kRoom;
  if (place == entries_.size()) {
    entries_.push_back(entry);
  } else {
    entries_[place] = entry;
  }
  if (index_.find(entry.key) != 0) index_.erase(entry.key);
  index_.insert(entry.key, static_cast<std::uint32_t>(place + 1));
}

void RecentOrders::forget_oldest() {
  const std::uint64_t place = first_++ % kRoom;
  const std::uint64_t key = entries_[place].key;
  if (index_.find(key) == place + 1) index_.erase(key);
}

void RecentOrders::mix_into(base::Digest& digest) const {
  for (std::uint64_t i = first_; i != end_; ++i) {
    digest.mix(at(i).key);
    digest.mix_value(at(i).time);
  }
}

template <typename Archive, typename Of>
void RecentOrders::describe(Archive& archive, Of& entry) {
  archive(entry.time, entry.of.account, entry.of.symbol, entry.of.side, entry.of.type,
          entry.of.volume, entry.of.limit, entry.of.trigger, entry.of.stop_loss,
          entry.of.take_profit);
}

void RecentOrders::save(base::ArchiveWriter& archive) const {
  archive(static_cast<std::uint32_t>(end_ - first_));
  for (std::uint64_t i = first_; i != end_; ++i) describe(archive, at(i));
}

bool RecentOrders::is_sane(const Likeness& of, std::size_t accounts, std::size_t symbols) {
  return of.account && of.account.value < accounts && of.symbol && of.symbol.value < symbols &&
         of.volume.raw > 0 && of.limit.raw >= 0 && of.trigger.raw >= 0 && of.stop_loss.raw >= 0 &&
         of.take_profit.raw >= 0;
}

void RecentOrders::load(base::ArchiveReader& archive, std::size_t accounts, std::size_t symbols,
                        TimeNs now) {
  TimeNs before{};
  for (std::uint32_t left = archive.count(kRoom, kEntryBytes); left > 0; --left) {
    Entry entry;
    describe(archive, entry);
    archive.demand(is_sane(entry.of, accounts, symbols) && entry.time >= before &&
                   entry.time <= now);
    if (!archive.ok()) return;
    before = entry.time;
    entry.key = key_of(entry.of);
    add(entry);
  }
}

}  // namespace tribook::engine
