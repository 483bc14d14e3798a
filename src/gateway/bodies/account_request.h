#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/json/reader.h"
#include "tribook/message/text.h"

namespace tribook::gateway {

/// The body of POST /admin/accounts.
struct AccountRequest {
  AccountSpec spec{};            ///< all but the password's hash
  std::string_view password;     ///< empty: one is to be generated
  std::string_view unsupported;  ///< what is understood and not built yet
};

/// What an operator sets for all accounts.
struct AccountDefaults {
  std::uint32_t leverage_max = 500;
  Ratio stop_out_level{50 * kFixedOne};      ///< percent
  Ratio margin_call_level{100 * kFixedOne};  ///< percent
};

/// Mistakes stay in the reader. What is absent: leverage 100, HEDGING, USD, DEMO with 5,000.
AccountRequest read_account_request(json::Value body, const AccountDefaults& defaults,
                                    json::Reader& reader);

/// One that can be hashed; null leaves `out` alone. The view lives in the document.
void read_password(json::Value value, json::Reader& reader, std::string_view& out);

/// False when the amount has more decimals than its currency.
bool fits_minor_digits(Money amount, Currency currency);

}  // namespace tribook::gateway
