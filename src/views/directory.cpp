#include "views/directory.h"

#include <algorithm>
#include <mutex>

namespace tribook::views {

bool Directory::add(UserId id, const UserSpec& spec, TimeNs created,
                    std::uint32_t password_changes) {
  UserView user;
  user.id = id;
  user.username = spec.username.view();
  user.password_hash = spec.password_hash.view();
  user.email = spec.email.view();
  user.role = spec.role;
  user.created = created;
  user.password_changes = password_changes;
  const std::unique_lock lock(mutex_);
  if (users_.size() == capacity_ || by_id_.contains(id.value)) return false;
  if (!by_name_.try_emplace(user.username, users_.size()).second) return false;
  by_id_.emplace(id.value, users_.size());
  users_.push_back(std::move(user));
  return true;
}

bool Directory::set_password(UserId id, const PasswordSpec& password) {
  const std::unique_lock lock(mutex_);
  const auto found = by_id_.find(id.value);
  if (found == by_id_.end()) return false;
  UserView& user = users_[found->second];
  user.password_hash = password.hash.view();
  ++user.password_changes;
  return true;
}

void Directory::add_account(UserId id, AccountId account) {
  const std::unique_lock lock(mutex_);
  const auto found = by_id_.find(id.value);
  if (found != by_id_.end()) users_[found->second].accounts.push_back(account);
}

std::optional<UserView> Directory::find(std::string_view username) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_name_.find(username);
  if (found == by_name_.end()) return std::nullopt;
  return users_[found->second];
}

std::optional<UserView> Directory::find(UserId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_id_.find(id.value);
  if (found == by_id_.end()) return std::nullopt;
  return users_[found->second];
}

std::optional<std::uint32_t> Directory::password_changes(UserId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_id_.find(id.value);
  if (found == by_id_.end()) return std::nullopt;
  return users_[found->second].password_changes;
}

Page<UserView> Directory::page(UserId after, std::size_t limit) const {
  Page<UserView> page;
  const std::shared_lock lock(mutex_);
  std::size_t first = 0;
  if (after) {
    const auto found = by_id_.find(after.value);
    if (found == by_id_.end()) return page;
    first = found->second + 1;
  }
  const std::size_t last = std::min(users_.size(), first + limit);
  for (std::size_t i = first; i < last; ++i) page.items.push_back(users_[i]);
  if (last < users_.size() && !page.items.empty()) page.next = page.items.back().id.value;
  return page;
}

}  // namespace tribook::views
