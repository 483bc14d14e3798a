#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tribook/base/index_map.h"
#include "tribook/base/time.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/text.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
class Digest;
}  // namespace tribook::base

namespace tribook::engine {

/// What a client's own id stands for.
enum class ClientIdUse : std::uint8_t { Order, Payment };

/// Remembers client order ids and idempotency keys for 24 h of engine time, the latest `capacity`
/// of the house: older ones are forgotten first, by rule, so a replay forgets the same.
class ClientIds {
 public:
  struct Entry {
    std::uint64_t key = 0;
    TimeNs time{};
    std::uint64_t result = 0;  ///< order id or ledger id
    std::uint64_t body = 0;    ///< digest of what was asked
    AccountId account;
    ClientIdUse use = ClientIdUse::Order;
    std::uint8_t reserved[3] = {};
    FixedText<kClientIdMax> text{};
  };

  explicit ClientIds(std::uint32_t capacity);

  /// Remembers so many from now on. REQUIRES: within the capacity.
  void set_limit(std::uint32_t limit);

  /// Null when it is not remembered.
  [[nodiscard]] const Entry* find(AccountId account, ClientIdUse use, std::string_view text,
                                  TimeNs now);
  /// As find() would, but changes nothing.
  [[nodiscard]] bool has(AccountId account, ClientIdUse use, std::string_view text,
                         TimeNs now) const;
  /// REQUIRES: not remembered, 1 to kClientIdMax bytes.
  void remember(AccountId account, ClientIdUse use, std::string_view text, std::uint64_t body,
                std::uint64_t result, TimeNs now);

  void mix_into(base::Digest& digest) const;
  void save(base::ArchiveWriter& archive) const;
  /// REQUIRES: the limit is set, nothing is remembered. What cannot be fails the archive.
  void load(base::ArchiveReader& archive);

 private:
  static std::uint64_t key_of(AccountId account, ClientIdUse use, std::string_view text);
  void add(const Entry& entry);
  void forget_old(TimeNs now);
  void forget_oldest();

  std::vector<Entry> entries_;  // ring, [count modulo capacity]
  std::uint32_t limit_;
  base::IndexMap index_;  // key -> place in the ring + 1
  std::uint64_t first_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace tribook::engine
