#include "directory/directory.h"

#include "tribook/base/assert.h"
#include "tribook/base/hash.h"

namespace tribook::directory {

Directory::Directory(std::size_t users_max) : users_max_(users_max) {}

RejectCode Directory::check(const UserSpec& spec) const {
  if (spec.username.view().size() < 2 || spec.password_hash.view().empty() ||
      !is_valid(spec.role)) {
    return RejectCode::Validation;
  }
  if (by_name_.contains(std::string(spec.username.view()))) return RejectCode::Duplicate;
  return users_.size() < users_max_ ? RejectCode::None : RejectCode::LimitReached;
}

void Directory::add(UserId id, const UserSpec& spec) {
  TB_ASSERT(id == next_user());
  users_.push_back(spec);
  by_name_.emplace(spec.username.view(), id);
}

std::uint64_t Directory::state_hash() const {
  base::Digest digest;
  for (const UserSpec& user : users_) {
    digest.mix_bytes(user.username.bytes.data(), user.username.bytes.size());
    digest.mix_bytes(user.password_hash.bytes.data(), user.password_hash.bytes.size());
    digest.mix_bytes(user.email.bytes.data(), user.email.bytes.size());
    digest.mix(static_cast<std::uint64_t>(user.role));
  }
  return digest.value();
}

}  // namespace tribook::directory
