#include "gateway/bodies/account_request.h"

#include <algorithm>

#include "gateway/auth/password_hasher.h"
#include "gateway/bodies/account_options.h"
#include "tribook/domain/group.h"

namespace tribook::gateway {
namespace {

using json::Kind;
using json::Reader;
using json::Value;

constexpr std::size_t kUsernameMin = 2;
constexpr std::int64_t kDemoDeposit = 5'000;

void read_email(Value value, Reader& reader, UserSpec& user) {
  std::string_view email;
  reader.text(value, email, sizeof user.email.bytes);
  if (!reader.ok() || value.is_null()) return;
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == email.size()) {
    reader.fail(value, "must be an e-mail address");
    return;
  }
  user.email = decltype(user.email)::of(email);
}

void read_username(Value value, Reader& reader, UserSpec& user) {
  std::string_view name;
  reader.text(value, name, sizeof user.username.bytes);
  if (!reader.ok()) return;
  if (name.size() < kUsernameMin) return reader.fail(value, "must have 2 to 100 characters");
  user.username = decltype(user.username)::of(name);
}

// An option that is said is the account's own, whatever its group sets.
void read_option(Value value, Reader& reader, AccountSpec& spec) {
  const std::string_view key = value.key();
  const auto option = option_of(key);
  if (!option) return;
  const bool is_said = !value.is_null() && key != "swapFreeDays" && key != "swapFreeFee";
  if (is_said) spec.from_group &= static_cast<std::uint8_t>(~bit_of(*option));
  OptionValues own = own_options(spec);
  read_account_option(value, reader, own);
  set_own_options(spec, own);
}

void set_deposit(AccountSpec& spec, Money amount) {
  spec.initial_deposit_low = static_cast<std::int64_t>(static_cast<std::uint64_t>(amount.raw));
  spec.initial_deposit_high = static_cast<std::int64_t>(amount.raw >> 64);
}

}  // namespace

void read_password(Value value, Reader& reader, std::string_view& out) {
  if (value.is_null() || !reader.expect(value, Kind::String)) return;
  if (!auth::acceptable_password(value.text())) {
    return reader.fail(value, "must have 1 to 72 bytes");
  }
  out = value.text();
}

bool fits_minor_digits(Money amount, Currency currency) {
  int128 unit = 1;
  for (int digits = minor_digits(currency); digits < kFixedDigits; ++digits) unit *= 10;
  return amount.raw % unit == 0;
}

AccountRequest read_account_request(Value body, const AccountDefaults& defaults, Reader& reader) {
  AccountRequest request;
  AccountSpec& spec = request.spec;
  spec.currency = Currency::of("USD");
  spec.leverage = std::min<std::uint32_t>(100, defaults.leverage_max);
  spec.stop_out_level = defaults.stop_out_level;
  spec.margin_call_levels = MarginCallLevels::of(defaults.margin_call_level);
  spec.from_group = kAllOptions;  // but those that are said
  Money deposit;
  bool has_deposit = false;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "username") {
      read_username(value, reader, spec.user);
    } else if (key == "password") {
      read_password(value, reader, request.password);
    } else if (key == "email") {
      read_email(value, reader, spec.user);
    } else if (key == "accountType") {
      reader.name(value, spec.kind);
    } else if (key == "initialDeposit") {
      has_deposit = !value.is_null();
      reader.money(value, deposit);
      if (deposit.is_negative()) reader.fail(value, "must not be negative");
    } else if (key == "leverage") {
      reader.integer(value, spec.leverage, 1, defaults.leverage_max);
    } else if (key == "marginMode") {
      reader.name(value, spec.mode);
    } else if (key == "currency") {
      reader.currency(value, spec.currency);
    } else if (key == "group") {
      std::string_view group;
      reader.text(value, group, sizeof spec.group.bytes);
      spec.group = decltype(spec.group)::of(group);
    } else {
      read_option(value, reader, spec);
    }
  }
  if (spec.user.username.view().empty()) reader.fail("username", "is required");
  if (!has_deposit) {
    deposit = Money::from_whole(spec.kind == AccountKind::Demo ? kDemoDeposit : 0);
  }
  if (!fits_minor_digits(deposit, spec.currency)) {
    reader.fail("initialDeposit", "has more decimals than its currency");
  }
  set_deposit(spec, deposit);
  return request;
}

}  // namespace tribook::gateway
