#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/reject_code.h"
#include "tribook/message/command.h"
#include "tribook/message/text.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
}  // namespace tribook::base

namespace tribook::directory {

/// Who may log in: state like the engine's, changed by the same sequenced records. Cold; owned by
/// the engine's thread. Gateways read a copy from the views.
class Directory {
 public:
  explicit Directory(std::size_t users_max);

  /// So many from now on.
  void set_limit(std::size_t users_max) { users_max_ = users_max; }

  /// The number that the next user gets.
  [[nodiscard]] UserId next_user() const {
    return UserId{static_cast<std::uint32_t>(users_.size()) + 1};
  }

  /// Whether a user of that name may be made: None, Validation, Duplicate or LimitReached.
  [[nodiscard]] RejectCode check(const UserSpec& spec) const;
  /// REQUIRES: check was None, id == next_user().
  void add(UserId id, const UserSpec& spec, TimeNs created);

  /// None, Validation, or NotFound.
  [[nodiscard]] RejectCode check_password(UserId id, const PasswordSpec& password) const;
  /// Tokens that were given before do not hold any more. REQUIRES: check_password was None.
  void set_password(UserId id, const PasswordSpec& password);

  struct User {
    UserSpec spec;
    TimeNs created{};
    std::uint32_t password_changes = 0;
  };
  /// By id, from 1 on.
  [[nodiscard]] const std::vector<User>& users() const { return users_; }

  [[nodiscard]] std::uint64_t state_hash() const;
  void save(base::ArchiveWriter& archive) const;
  /// What cannot be fails the archive. REQUIRES: no users.
  void load(base::ArchiveReader& archive);

 private:
  std::size_t users_max_;
  std::vector<User> users_;  // [id - 1]
  std::unordered_map<std::string, UserId> by_name_;
};

}  // namespace tribook::directory
