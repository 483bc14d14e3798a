#include "gateway/auth/jwt.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "gateway/auth/base64url.h"
#include "gateway/auth/flat_json.h"
#include "tribook/base/assert.h"

namespace tribook::auth {
namespace {

constexpr std::size_t kSecretBytesMin = 32;
constexpr std::size_t kSignatureBytes = 32;
using Signature = std::array<unsigned char, kSignatureBytes>;

Signature sign(std::string_view secret, std::string_view text) {
  Signature signature{};
  unsigned size = 0;
  const unsigned char* done = HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                                   reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                                   signature.data(), &size);
  TB_ASSERT(done != nullptr);
  TB_ASSERT(size == kSignatureBytes);
  return signature;
}

std::string encode_header(const JwtKey& key) {
  std::string json = R"({"alg":"HS256","typ":"JWT")";
  if (!key.id.empty()) {
    json += R"(,"kid":)";
    append_json_string(key.id, json);
  }
  json += '}';
  return base64url_encode(json);
}

void append_member(std::string_view name, std::string_view value, std::string& json) {
  json += json.empty() ? "{\"" : ",\"";
  json += name;
  json += "\":";
  append_json_string(value, json);
}

void append_member(std::string_view name, std::int64_t value, std::string& json) {
  json += json.empty() ? "{\"" : ",\"";
  json += name;
  json += "\":";
  json += std::to_string(value);
}

bool read(const FlatObject& object, std::string_view key, std::string& out) {
  const std::string* text = object.text(key);
  if (text != nullptr) out = *text;
  return text != nullptr;
}

bool read(const FlatObject& object, std::string_view key, std::int64_t& out) {
  const std::int64_t* number = object.number(key);
  if (number == nullptr || *number < 0) return false;
  out = *number;
  return true;
}

bool read(const FlatObject& object, std::string_view key, std::uint64_t& out) {
  std::int64_t number = 0;
  if (!read(object, key, number)) return false;
  out = static_cast<std::uint64_t>(number);
  return true;
}

// The first password is not told of.
bool read_password_changes(const FlatObject& object, std::uint64_t& out) {
  constexpr std::string_view key = "passwordChanges";
  return !object.has(key) || read(object, key, out);
}

bool read_claims(std::string_view json, JwtClaims& claims) {
  const std::optional<FlatObject> object = FlatObject::parse(json);
  return object && read(*object, "userId", claims.user_id) &&
         read(*object, "accountId", claims.account_id) && read(*object, "role", claims.role) &&
         read(*object, "iss", claims.issuer) && read(*object, "aud", claims.audience) &&
         read(*object, "jti", claims.id) && read(*object, "iat", claims.issued_at_s) &&
         read(*object, "exp", claims.expires_at_s) &&
         read_password_changes(*object, claims.password_changes);
}

constexpr std::array<std::string_view, 10> kErrorNames = {
    "NONE",          "TOO_LARGE", "MALFORMED",     "WRONG_ALGORITHM", "UNKNOWN_KEY",
    "BAD_SIGNATURE", "EXPIRED",   "NOT_YET_VALID", "WRONG_ISSUER",    "WRONG_AUDIENCE"};
static_assert(static_cast<std::size_t>(JwtError::WrongAudience) + 1 == kErrorNames.size());

}  // namespace

std::string_view name_of(JwtError error) { return kErrorNames[static_cast<std::size_t>(error)]; }

Jwt::Jwt(std::string issuer, std::vector<JwtKey> keys) : issuer_(std::move(issuer)) {
  if (keys.empty()) throw std::invalid_argument("tokens need a key");
  for (JwtKey& key : keys) {
    if (key.secret.size() < kSecretBytesMin) {
      throw std::invalid_argument("a token key has 32 bytes at least");
    }
    std::string header = encode_header(key);
    keys_.push_back({std::move(key), std::move(header)});
  }
}

std::string Jwt::issue(JwtClaims claims) const {
  TB_ASSERT(claims.expires_at_s > claims.issued_at_s);
  std::string json;
  append_member("userId", static_cast<std::int64_t>(claims.user_id), json);
  append_member("accountId", static_cast<std::int64_t>(claims.account_id), json);
  append_member("role", claims.role, json);
  append_member("iss", issuer_, json);
  append_member("aud", claims.audience, json);
  append_member("exp", claims.expires_at_s, json);
  append_member("iat", claims.issued_at_s, json);
  append_member("jti", claims.id, json);
  if (claims.password_changes != 0) {
    append_member("passwordChanges", static_cast<std::int64_t>(claims.password_changes), json);
  }
  json += '}';

  const SigningKey& signing = keys_.front();
  std::string token = signing.header + '.' + base64url_encode(json);
  const Signature signature = sign(signing.key.secret, token);
  token += '.';
  token += base64url_encode({reinterpret_cast<const char*>(signature.data()), signature.size()});
  return token;
}

JwtError Jwt::find_key(std::string_view header, const SigningKey*& key) const {
  for (const SigningKey& candidate : keys_) {
    if (header != candidate.header) continue;  // byte for byte what we write: the usual case
    key = &candidate;
    return JwtError::None;
  }
  std::string json;
  if (!base64url_decode(header, json)) return JwtError::Malformed;
  const std::optional<FlatObject> object = FlatObject::parse(json);
  if (!object) return JwtError::Malformed;
  const std::string* algorithm = object->text("alg");
  if (algorithm == nullptr) return JwtError::Malformed;
  if (*algorithm != "HS256") return JwtError::WrongAlgorithm;
  if (object->has("crit")) return JwtError::Malformed;  // something we would have to understand
  const std::string* id = object->text("kid");
  if (id == nullptr && object->has("kid")) return JwtError::Malformed;
  for (const SigningKey& candidate : keys_) {
    if (candidate.key.id != (id == nullptr ? std::string_view{} : std::string_view(*id))) continue;
    key = &candidate;
    return JwtError::None;
  }
  return JwtError::UnknownKey;
}

JwtError Jwt::verify(std::string_view token, TimeNs now, std::string_view audience,
                     JwtClaims& claims) const {
  if (token.size() > kMaxTokenBytes) return JwtError::TooLarge;
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string_view::npos || first == last) return JwtError::Malformed;
  const std::string_view payload = token.substr(first + 1, last - first - 1);
  if (payload.find('.') != std::string_view::npos) return JwtError::Malformed;

  const SigningKey* key = nullptr;
  if (const JwtError error = find_key(token.substr(0, first), key); error != JwtError::None) {
    return error;
  }
  std::string given;
  if (!base64url_decode(token.substr(last + 1), given)) return JwtError::Malformed;
  const Signature expected = sign(key->key.secret, token.substr(0, last));
  if (given.size() != expected.size() ||
      CRYPTO_memcmp(given.data(), expected.data(), expected.size()) != 0) {
    return JwtError::BadSignature;
  }

  std::string json;
  JwtClaims read;
  if (!base64url_decode(payload, json) || !read_claims(json, read)) return JwtError::Malformed;
  const std::int64_t now_s = now.ns / 1'000'000'000;
  if (read.issuer != issuer_) return JwtError::WrongIssuer;
  if (read.audience != audience) return JwtError::WrongAudience;
  if (now_s >= read.expires_at_s) return JwtError::Expired;
  if (read.issued_at_s > now_s + kLeeway_s) return JwtError::NotYetValid;
  claims = std::move(read);
  return JwtError::None;
}

}  // namespace tribook::auth
