#include "engine/withdrawals.h"

#include <algorithm>
#include <span>

#include "tribook/base/archive.h"
#include "tribook/base/assert.h"
#include "tribook/base/hash.h"

namespace tribook::engine {
namespace {

template <std::size_t N>
void keep(std::array<char, N>& bytes, std::uint16_t& size, std::string_view text) {
  size = static_cast<std::uint16_t>(std::min(text.size(), N));
  std::copy_n(text.data(), size, bytes.data());
}

template <std::size_t N>
std::string_view view(const std::array<char, N>& bytes, std::uint16_t size) {
  return {bytes.data(), size};
}

void put_text(base::ArchiveWriter& archive, std::string_view text) {
  archive(static_cast<std::uint16_t>(text.size()));
  archive.put_bytes(std::as_bytes(std::span(text)));
}

std::string_view get_text(base::ArchiveReader& archive, std::size_t most) {
  std::uint16_t size = 0;
  archive(size);
  archive.demand(size <= most);
  const auto bytes = archive.get_bytes(archive.ok() ? size : 0);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <typename Archive, typename Of>
void describe(Archive& archive, Of& withdrawal) {
  archive(withdrawal.amount, withdrawal.id, withdrawal.entry, withdrawal.requested,
          withdrawal.account, withdrawal.requested_by, withdrawal.method);
}
constexpr std::size_t kWithdrawalBytes = 16 + 8 + 8 + 8 + 4 + 4 + 1 + 6;

}  // namespace

Withdrawals::Withdrawals()
    : kept_(std::make_unique_for_overwrite<Kept[]>(kPendingMax)) {  // start-up
  pending_.reserve(kPendingMax);
  free_.reserve(kPendingMax);
  for (std::size_t i = kPendingMax; i > 0; --i) free_.push_back(static_cast<std::uint16_t>(i - 1));
}

bool Withdrawals::has_room_for(AccountId account) const {
  const auto own = std::count_if(pending_.begin(), pending_.end(),
                                 [&](const Withdrawal& w) { return w.account == account; });
  return !free_.empty() && static_cast<std::size_t>(own) < kPendingOfAccountMax;
}

bool Withdrawals::has_any_of(AccountId account) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [&](const Withdrawal& w) { return w.account == account; });
}

void Withdrawals::add(Withdrawal withdrawal, const Texts& texts) {
  TB_ASSERT(!free_.empty());
  withdrawal.id = next();
  withdrawal.texts = free_.back();
  free_.pop_back();
  last_ = withdrawal.id.value;
  Kept& kept = kept_[withdrawal.texts];
  keep(kept.reference, kept.reference_size, texts.part[kPaymentReference]);
  keep(kept.note, kept.note_size, texts.part[kPaymentNote]);
  keep(kept.address, kept.address_size, texts.part[kPaymentAddress]);
  pending_.push_back(withdrawal);
}

std::vector<Withdrawal>::const_iterator Withdrawals::place_of(WithdrawalId id) const {
  const auto place =
      std::lower_bound(pending_.begin(), pending_.end(), id,
                       [](const Withdrawal& w, WithdrawalId wanted) { return w.id < wanted; });
  return place != pending_.end() && place->id == id ? place : pending_.end();
}

const Withdrawal* Withdrawals::find(WithdrawalId id) const {
  const auto place = place_of(id);
  return place == pending_.end() ? nullptr : &*place;
}

void Withdrawals::remove(WithdrawalId id) {
  const auto place = place_of(id);
  TB_ASSERT(place != pending_.end());
  free_.push_back(place->texts);
  pending_.erase(place);
}

Texts Withdrawals::texts(const Withdrawal& withdrawal) const {
  const Kept& kept = kept_[withdrawal.texts];
  Texts said;
  said.part[kPaymentReference] = view(kept.reference, kept.reference_size);
  said.part[kPaymentNote] = view(kept.note, kept.note_size);
  said.part[kPaymentAddress] = view(kept.address, kept.address_size);
  return said;
}

void Withdrawals::mix_into(base::Digest& digest) const {
  digest.mix(last_);
  for (const Withdrawal& withdrawal : pending_) {
    digest.mix_value(withdrawal.amount);
    digest.mix(withdrawal.id.value);
    digest.mix(withdrawal.entry.value);
    digest.mix_value(withdrawal.requested);
    digest.mix(std::uint64_t{withdrawal.account.value} << 32 | withdrawal.requested_by.value);
    digest.mix(static_cast<std::uint64_t>(withdrawal.method));
    for (const std::string_view text : texts(withdrawal).part) {
      digest.mix(text.size());
      digest.mix_bytes(text.data(), text.size());
    }
  }
}

void Withdrawals::save(base::ArchiveWriter& archive) const {
  archive(last_, static_cast<std::uint32_t>(pending_.size()));
  for (const Withdrawal& withdrawal : pending_) {
    describe(archive, withdrawal);
    const Texts said = texts(withdrawal);
    for (const std::size_t part : {kPaymentReference, kPaymentNote, kPaymentAddress})
      put_text(archive, said.part[part]);
  }
}

void Withdrawals::load(base::ArchiveReader& archive) {
  std::uint64_t last = 0;
  archive(last);
  for (auto left = archive.count(kPendingMax, kWithdrawalBytes); left > 0; --left) {
    Withdrawal withdrawal;
    describe(archive, withdrawal);
    Texts said;
    said.part[kPaymentReference] = get_text(archive, kReferenceMax);
    said.part[kPaymentNote] = get_text(archive, kNoteMax);
    said.part[kPaymentAddress] = get_text(archive, kNoteMax);
    archive.demand(withdrawal.id.value > last_ && withdrawal.id.value <= last &&
                   withdrawal.amount.raw > 0);
    if (!archive.ok()) return;
    last_ = withdrawal.id.value - 1;
    add(withdrawal, said);
  }
  last_ = last;
}

}  // namespace tribook::engine
