#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tribook/base/time.h"

// JSON Web Tokens as we issue and take them: HS256 and nothing else, whatever a token's header asks
// for. A token is looked at in this order: size, shape, header, signature, claims; nothing of the
// claims is read before the signature holds.

namespace tribook::auth {

struct JwtClaims {
  std::uint64_t user_id = 0;     ///< "userId"
  std::uint64_t account_id = 0;  ///< "accountId": the default account; 0 if the user has none
  /// "passwordChanges": of the user by then; absent for 0
  std::uint64_t password_changes = 0;
  std::string role;               ///< "role": CLIENT, ADMIN ...
  std::string issuer;             ///< "iss"
  std::string audience;           ///< "aud": which door it opens
  std::string id;                 ///< "jti": to revoke it by
  std::int64_t issued_at_s = 0;   ///< "iat": seconds since 1970
  std::int64_t expires_at_s = 0;  ///< "exp": the first second at which it no longer holds

  friend bool operator==(const JwtClaims&, const JwtClaims&) = default;
};

enum class JwtError : std::uint8_t {
  None,
  TooLarge,
  Malformed,       ///< not three parts of strict base64url, not our JSON, a claim absent or odd
  WrongAlgorithm,  ///< header with another "alg" than HS256
  UnknownKey,      ///< "kid" of no key of ours
  BadSignature,
  Expired,
  NotYetValid,  ///< issued in the future
  WrongIssuer,
  WrongAudience,
};

/// "EXPIRED": for logs and tests; clients are told UNAUTHENTICATED alone.
std::string_view name_of(JwtError error);

struct JwtKey {
  std::string id;      ///< "kid"; empty: tokens without one
  std::string secret;  ///< 32 bytes at least
};

class Jwt {
 public:
  static constexpr std::size_t kMaxTokenBytes = 4096;
  /// How far ahead an issuer's clock may be.
  static constexpr std::int64_t kLeeway_s = 60;

  /// Signs with the first key, takes tokens of all: put the new one in front, drop the old one when
  /// its last token has expired. Throws std::invalid_argument for no key or a short secret.
  Jwt(std::string issuer, std::vector<JwtKey> keys);

  /// A token for these claims; the issuer is put in.
  [[nodiscard]] std::string issue(JwtClaims claims) const;

  /// None, and then `claims` holds; else `claims` is not touched.
  [[nodiscard]] JwtError verify(std::string_view token, TimeNs now, std::string_view audience,
                                JwtClaims& claims) const;

 private:
  struct SigningKey {
    JwtKey key;
    std::string header;  // encoded, as we write it
  };

  [[nodiscard]] JwtError find_key(std::string_view header, const SigningKey*& key) const;

  std::string issuer_;
  std::vector<SigningKey> keys_;
};

}  // namespace tribook::auth
