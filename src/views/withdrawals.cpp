#include "views/withdrawals.h"

#include <algorithm>
#include <limits>
#include <mutex>

namespace tribook::views {

void Withdrawals::apply(const EventHeader& header, const WithdrawalUpdated& event,
                        const Texts& texts) {
  if (event.is_duplicate != 0) return;  // an answer; nothing changed
  const std::unique_lock lock(mutex_);
  auto [place, is_new] = all_.try_emplace(event.withdrawal.value);
  WithdrawalView& view = place->second.view;
  place->second.changed = header.root;
  view.amount = event.amount;
  view.id = event.withdrawal;
  view.requested = event.requested;
  view.account = header.account;
  view.requested_by = event.requested_by;
  view.decided_by = event.decided_by;
  view.method = event.method;
  view.status = event.status;
  if (event.status != WithdrawalStatus::Pending) {
    view.decided = header.time;
    view.decision_note = texts.part[kPaymentNote].substr(0, kNoteMax);
    if (++decided_ > decided_max_) drop_oldest_decided();
    return;
  }
  view.entry = event.entry;
  view.reference = texts.part[kPaymentReference].substr(0, kReferenceMax);
  view.note = texts.part[kPaymentNote].substr(0, kNoteMax);
  view.address = texts.part[kPaymentAddress].substr(0, kNoteMax);
  if (is_new && is_begun_behind_) {
    missing_to_ = event.withdrawal.value - 1;
    is_begun_behind_ = false;
  }
}

void Withdrawals::drop_oldest_decided() {
  const auto oldest = std::find_if(all_.begin(), all_.end(), [](const auto& entry) {
    return entry.second.view.status != WithdrawalStatus::Pending;
  });
  missing_to_ = std::max(missing_to_, oldest->first);
  lost_ = std::max(lost_, oldest->second.changed);
  all_.erase(oldest);
  --decided_;
}

void Withdrawals::begin_behind(Sequence last) {
  const std::unique_lock lock(mutex_);
  missing_to_ = std::numeric_limits<std::uint64_t>::max();
  is_begun_behind_ = true;
  lost_ = last;
}

ReadStatus Withdrawals::find(WithdrawalId id, WithdrawalView& out) const {
  const std::shared_lock lock(mutex_);
  const auto place = all_.find(id.value);
  if (place == all_.end()) return ReadStatus::NotFound;
  out = place->second.view;
  return ReadStatus::Found;
}

Page<WithdrawalView> Withdrawals::page(AccountId account, WithdrawalFilter filter,
                                       WithdrawalId before, std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  Page<WithdrawalView> page;
  page.lost = lost_;
  auto place = before ? all_.lower_bound(before.value) : all_.end();
  while (place != all_.begin() && page.items.size() <= limit) {
    --place;
    const WithdrawalView& view = place->second.view;
    if (account && view.account != account) continue;
    if (filter == WithdrawalFilter::Pending && view.status != WithdrawalStatus::Pending) continue;
    if (!is_gap_below(place->first)) page.whole = page.items.size() + 1;
    page.items.push_back(view);
  }
  const bool is_full = page.items.size() > limit && page.whole > limit;
  page.is_cut = filter == WithdrawalFilter::All && !is_full && missing_to_ != 0;
  return page;
}

}  // namespace tribook::views
