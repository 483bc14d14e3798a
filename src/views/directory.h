#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tribook/message/text.h"
#include "views/view_types.h"

namespace tribook::views {

/// Users by id and by name. Cold: behind a lock.
class Directory {
 public:
  explicit Directory(std::size_t capacity) : capacity_(capacity) {}

  /// False when full, or when the id or the name is taken.
  bool add(UserId id, const UserSpec& spec, TimeNs created, std::uint32_t password_changes = 0);
  /// False when there is no such user.
  bool set_password(UserId id, const PasswordSpec& password);
  void add_account(UserId id, AccountId account);

  [[nodiscard]] std::optional<UserView> find(std::string_view username) const;
  [[nodiscard]] std::optional<UserView> find(UserId id) const;
  /// How often it was changed; nothing for no such user.
  [[nodiscard]] std::optional<std::uint32_t> password_changes(UserId id) const;
  [[nodiscard]] Page<UserView> page(UserId after, std::size_t limit) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::size_t capacity_;
  mutable std::shared_mutex mutex_;
  std::vector<UserView> users_;  // by creation
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> by_name_;
  std::unordered_map<std::uint32_t, std::size_t> by_id_;
};

}  // namespace tribook::views
