#include "views/accounts.h"

namespace tribook::views {

Accounts::Accounts(std::size_t capacity)
    : capacity_(capacity), slot_(new AccountSlot[capacity]), index_(capacity) {}

bool Accounts::add(const AccountView& account, Sequence root) {
  const std::size_t place = size_.load(std::memory_order_relaxed);
  if (place == capacity_ || !account.id || index_.own_find(account.id.value) != 0) return false;
  close();
  AccountSlot& slot = slot_[place];
  slot.version.open();
  slot.record.store(account);
  open_ = &slot;
  open_root_ = root;
  index_.insert(account.id.value, static_cast<std::uint32_t>(place + 1));
  size_.store(place + 1, std::memory_order_release);
  return true;
}

AccountSlot* Accounts::own_find(AccountId id) {
  const std::uint32_t place = index_.own_find(id.value);
  return place == 0 ? nullptr : &slot_[place - 1];
}

AccountSlot* Accounts::open(AccountId id, Sequence root) {
  AccountSlot* slot = own_find(id);
  if (slot == open_ && open_root_ == root) return slot;
  close();
  if (slot == nullptr) return nullptr;
  slot->version.open();
  open_ = slot;
  open_root_ = root;
  return slot;
}

void Accounts::close() {
  if (open_ == nullptr) return;
  open_->version.close();
  open_ = nullptr;
}

ReadStatus Accounts::place_of(AccountId id, std::size_t& place) const {
  std::uint32_t found = 0;
  const ReadStatus status = index_.find(id.value, found);
  if (status == ReadStatus::Found) place = found - 1;
  return status;
}

ReadStatus Accounts::find(AccountId id, const AccountSlot*& slot) const {
  std::size_t place = 0;
  const ReadStatus status = place_of(id, place);
  if (status == ReadStatus::Found) slot = &slot_[place];
  return status;
}

}  // namespace tribook::views
