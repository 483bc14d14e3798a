#include "directory/directory.h"

#include <limits>

#include "tribook/base/archive.h"
#include "tribook/base/assert.h"
#include "tribook/base/hash.h"

namespace tribook::directory {
namespace {

constexpr std::size_t kUserBytes = 305;

template <typename Archive, typename Of>
void describe(Archive& archive, Of& user) {
  archive(user.spec.username, user.spec.password_hash, user.spec.email, user.spec.role,
          user.created, user.password_changes);
}

}  // namespace

Directory::Directory(std::size_t users_max) : users_max_(users_max) {}

RejectCode Directory::check(const UserSpec& spec) const {
  if (spec.username.view().size() < 2 || spec.password_hash.view().empty() ||
      !is_valid(spec.role)) {
    return RejectCode::Validation;
  }
  if (by_name_.contains(std::string(spec.username.view()))) return RejectCode::Duplicate;
  return users_.size() < users_max_ ? RejectCode::None : RejectCode::LimitReached;
}

void Directory::add(UserId id, const UserSpec& spec, TimeNs created) {
  TB_ASSERT(id == next_user());
  users_.push_back({spec, created, 0});
  by_name_.emplace(spec.username.view(), id);
}

RejectCode Directory::check_password(UserId id, const PasswordSpec& password) const {
  if (!id || id.value > users_.size()) return RejectCode::NotFound;
  const std::string_view hash = password.hash.view();
  // Bytes behind its end would make one hash two.
  const bool is_sane = !hash.empty() && password.hash == FixedText<64>::of(hash);
  return is_sane ? RejectCode::None : RejectCode::Validation;
}

void Directory::set_password(UserId id, const PasswordSpec& password) {
  User& user = users_[id.value - std::size_t{1}];
  user.spec.password_hash = password.hash;
  ++user.password_changes;
}

std::uint64_t Directory::state_hash() const {
  base::Digest digest;
  digest.mix(users_max_);
  for (const auto& [user, created, password_changes] : users_) {
    digest.mix_bytes(user.username.bytes.data(), user.username.bytes.size());
    digest.mix_bytes(user.password_hash.bytes.data(), user.password_hash.bytes.size());
    digest.mix_bytes(user.email.bytes.data(), user.email.bytes.size());
    digest.mix(static_cast<std::uint64_t>(user.role));
    digest.mix_value(created);
    digest.mix(password_changes);
  }
  return digest.value();
}

void Directory::save(base::ArchiveWriter& archive) const {
  archive(static_cast<std::uint64_t>(users_max_), static_cast<std::uint32_t>(users_.size()));
  for (const User& user : users_) describe(archive, user);
}

void Directory::load(base::ArchiveReader& archive) {
  std::uint64_t limit = 0;
  archive(limit);
  const auto most = std::numeric_limits<std::uint32_t>::max();
  for (auto left = archive.count(most, kUserBytes); left > 0; --left) {
    User user;
    describe(archive, user);
    const std::string name(user.spec.username.view());
    archive.demand(!name.empty() && !by_name_.contains(name));
    if (!archive.ok()) return;
    add(next_user(), user.spec, user.created);
    users_.back().password_changes = user.password_changes;
  }
  users_max_ = static_cast<std::size_t>(limit);
}

}  // namespace tribook::directory
