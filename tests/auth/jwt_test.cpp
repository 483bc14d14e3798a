#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "gateway/auth/base64url.h"
#include "gateway/auth/flat_json.h"
#include "gateway/auth/jwt.h"
#include "gateway/auth/random.h"

using namespace tribook;
using namespace tribook::auth;

namespace {

constexpr std::int64_t kIssued_s = 1'769'000'400;
constexpr std::int64_t kExpires_s = kIssued_s + 86'400;
constexpr TimeNs at(std::int64_t seconds) { return {seconds * 1'000'000'000}; }
constexpr TimeNs kNow = at(kIssued_s + 10);

std::string secret(unsigned char first = 0) {
  std::string bytes;
  for (unsigned i = 0; i < 32; ++i) bytes.push_back(static_cast<char>(first + i));
  return bytes;
}

JwtClaims claims() {
  JwtClaims c;
  c.user_id = 7;
  c.account_id = 1001;
  c.role = "CLIENT";
  c.issuer = "tribook";
  c.audience = "client";
  c.id = "0123456789abcdef";
  c.issued_at_s = kIssued_s;
  c.expires_at_s = kExpires_s;
  return c;
}

const std::string kPayload =
    R"({"userId":7,"accountId":1001,"role":"CLIENT","iss":"tribook","aud":"client",)"
    R"("exp":1769086800,"iat":1769000400,"jti":"0123456789abcdef"})";

// Made by another implementation (Python's hmac and base64) with the secret 00 01 .. 1f.
const std::string kEncodedPayload =
    "eyJ1c2VySWQiOjcsImFjY291bnRJZCI6MTAwMSwicm9sZSI6IkNMSUVOVCIsImlzcyI6InRyaWJvb2siLCJhdWQiOiJj"
    "bGllbnQiLCJleHAiOjE3NjkwODY4MDAsImlhdCI6MTc2OTAwMDQwMCwianRpIjoiMDEyMzQ1Njc4OWFiY2RlZiJ9";
const std::string kToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + kEncodedPayload +
                           ".r39S_QnXNa2-c7JPNFhLTSWI5wTWueRPc9lwfKZk48g";

/// A token with any header and payload, rightly signed.
std::string signed_token(const std::string& header, const std::string& payload) {
  const std::string text = base64url_encode(header) + "." + base64url_encode(payload);
  unsigned char mac[32];
  unsigned size = 0;
  const std::string key = secret();
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  return text + "." + base64url_encode({reinterpret_cast<const char*>(mac), size});
}

const std::string kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string with_payload(const std::string& payload) { return signed_token(kHeader, payload); }

JwtError verify(const Jwt& jwt, std::string_view token, TimeNs now = kNow) {
  JwtClaims read;
  const JwtError error = jwt.verify(token, now, "client", read);
  CHECK(read == (error == JwtError::None ? claims() : JwtClaims{}));
  return error;
}

}  // namespace

TEST_CASE("a token is byte for byte what another implementation makes") {
  const Jwt jwt("tribook", {{"", secret()}});
  CHECK(jwt.issue(claims()) == kToken);
  CHECK(verify(jwt, kToken) == JwtError::None);
  CHECK(with_payload(kPayload) == kToken);
}

TEST_CASE("another order and spacing of the header is the same header") {
  const Jwt jwt("tribook", {{"", secret()}});
  CHECK(verify(jwt, "eyAidHlwIiA6ICJKV1QiICwgImFsZyIgOiAiSFMyNTYiIH0." + kEncodedPayload +
                        "._8jdZWDpd_7alnH-v_zwp5BP9ritwLYh9FkOoeO32Rc") == JwtError::None);
}

TEST_CASE("the algorithm is ours, whatever the header asks for") {
  const Jwt jwt("tribook", {{"", secret()}});
  const auto expect = [&](const std::string& header, const std::string& signature, JwtError error) {
    INFO(header);
    CHECK(verify(jwt, base64url_encode(header) + "." + kEncodedPayload + "." + signature) == error);
    CHECK(verify(jwt, signed_token(header, kPayload)) == error);
  };
  expect(R"({"alg":"none"})", "", JwtError::WrongAlgorithm);
  expect(R"({"alg":"None"})", "", JwtError::WrongAlgorithm);
  expect(R"({"alg":"hs256","typ":"JWT"})", "cazF2MB8LmZ68k1x6N0_5wHqSRHXwo85iLoxY3SfpHU",
         JwtError::WrongAlgorithm);
  expect(R"({"alg":"HS512","typ":"JWT"})",
         "rMkd0QeW3I4LhcXIT9ZzHZzSwmZUiKbQqCQ6o_vdzALvwynA_SrGMGUPYdDwSh3vapL__yT5SZLtFIYoZpej4g",
         JwtError::WrongAlgorithm);
  expect(R"({"alg":"RS256","typ":"JWT"})", "ENGv6jlJCR_YrQBZZkAxQB7HuTJb_w_u2RCrdXMHVIU",
         JwtError::WrongAlgorithm);
  expect(R"({"alg":"HS256","crit":"exp"})", "Tr0tExJCVG2KmUXl4m2i-_oraDpTUgaPzJsuE5JP5tg",
         JwtError::Malformed);
  expect(R"({"typ":"JWT"})", "", JwtError::Malformed);
  expect(R"({"alg":256})", "", JwtError::Malformed);
  expect(R"({"alg":"HS256","alg":"none"})", "", JwtError::Malformed);
  expect("", "", JwtError::Malformed);
  expect("not json", "", JwtError::Malformed);
}

TEST_CASE("a token changed anywhere is refused") {
  const Jwt jwt("tribook", {{"", secret()}});
  for (std::size_t i = 0; i < kToken.size(); ++i) {
    for (const char c : {'A', 'z', '.', '=', ' ', '\0', '\xFF'}) {
      std::string changed = kToken;
      if (changed[i] == c) continue;
      changed[i] = c;
      INFO("byte " << i << " to " << static_cast<int>(c));
      REQUIRE(verify(jwt, changed) != JwtError::None);
    }
  }
  for (std::size_t size = 0; size < kToken.size(); ++size) {
    REQUIRE(verify(jwt, std::string_view(kToken).substr(0, size)) != JwtError::None);
  }
  for (const std::string more : {"A", "=", ".", " ", "\n"}) {
    REQUIRE(verify(jwt, kToken + more) != JwtError::None);
    REQUIRE(verify(jwt, more + kToken) != JwtError::None);
  }
  CHECK(verify(jwt, kToken.substr(0, kToken.rfind('.') + 1)) == JwtError::BadSignature);
  CHECK(verify(Jwt("tribook", {{"", secret(1)}}), kToken) == JwtError::BadSignature);
  CHECK(verify(jwt, std::string(4097, 'a')) == JwtError::TooLarge);
  CHECK(verify(jwt, std::string(4096, 'a')) == JwtError::Malformed);
  CHECK(verify(jwt, std::string(4096, '.')) == JwtError::Malformed);
}

TEST_CASE("a token holds from its issue to the second before its expiry, at its own door") {
  const Jwt jwt("tribook", {{"", secret()}});
  CHECK(verify(jwt, kToken, {at(kExpires_s).ns - 1}) == JwtError::None);
  CHECK(verify(jwt, kToken, at(kExpires_s)) == JwtError::Expired);
  CHECK(verify(jwt, kToken, at(kExpires_s + 1'000'000'000)) == JwtError::Expired);
  CHECK(verify(jwt, kToken, at(kIssued_s)) == JwtError::None);
  CHECK(verify(jwt, kToken, at(kIssued_s - 60)) == JwtError::None);
  CHECK(verify(jwt, kToken, at(kIssued_s - 61)) == JwtError::NotYetValid);
  JwtClaims read;
  CHECK(jwt.verify(kToken, kNow, "admin", read) == JwtError::WrongAudience);
  CHECK(jwt.verify(kToken, kNow, "", read) == JwtError::WrongAudience);
  CHECK(read == JwtClaims{});
  CHECK(verify(Jwt("another", {{"", secret()}}), kToken) == JwtError::WrongIssuer);
}

TEST_CASE("claims that are not ours are refused though the signature holds") {
  const Jwt jwt("tribook", {{"", secret()}});
  const auto changed = [](const std::string& from, const std::string& to) {
    std::string payload = kPayload;
    const std::size_t found = payload.find(from);
    REQUIRE(found != std::string::npos);
    return with_payload(payload.replace(found, from.size(), to));
  };
  // With the JSON in another shape but the same meaning: still ours.
  CHECK(verify(jwt, changed(R"("userId":7,)", R"( "userId" : 7 , "extra":"x",)")) ==
        JwtError::None);
  CHECK(verify(jwt, changed(R"("CLIENT")", R"("\u0043LIENT")")) == JwtError::None);
  const std::vector<std::pair<std::string, std::string>> odd = {
      {R"("userId":7,)", ""},
      {R"("userId":7)", R"("userId":-7)"},
      {R"("userId":7)", R"("userId":"7")"},
      {R"("userId":7)", R"("userId":7.0)"},
      {R"("userId":7)", R"("userId":7e0)"},
      {R"("userId":7)", R"("userId":07)"},
      {R"("userId":7)", R"("userId":+7)"},
      {R"("userId":7)", R"("userId":9223372036854775808)"},
      {R"("userId":7)", R"("userId":null)"},
      {R"("userId":7)", R"("userId":[7])"},
      {R"("userId":7)", R"("userId":{"a":7})"},
      {R"("userId":7)", R"("userId":7,"userId":8)"},
      {R"("CLIENT")", R"("CLIENT","role":"SUPER_ADMIN")"},
      {R"("CLIENT")", R"("CLIENT","\u0072ole":"SUPER_ADMIN")"},
      {R"("CLIENT")", "1"},
      {R"("CLIENT")", "\"CLI\nENT\""},
      {R"("CLIENT")", R"("CLIENT\x")"},
      {R"("CLIENT")", R"("CLIENT\u0000")"},
      {R"("CLIENT")", R"("CLIENT)"},
      {R"("exp":1769086800)", R"("exp":"1769086800")"},
      {R"("aud":"client")", R"("aud":["client"])"},
      {R"("jti":"0123456789abcdef")", R"("jti":"0123456789abcdef",)"},
      {"}", ""},
      {"}", "}}"},
      {"}", "} x"},
      {"{", "["},
  };
  for (const auto& [from, to] : odd) {
    INFO(from << " -> " << to);
    CHECK(verify(jwt, changed(from, to)) == JwtError::Malformed);
  }
  CHECK(verify(jwt, with_payload("")) == JwtError::Malformed);
  CHECK(verify(jwt, with_payload("{}")) == JwtError::Malformed);
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"x" + std::to_string(i) + "\":1,";
  CHECK(verify(jwt, with_payload(many + kPayload.substr(1))) == JwtError::Malformed);
}

TEST_CASE("keys are changed without throwing anybody out") {
  const Jwt before("tribook", {{"", secret()}});
  const Jwt during("tribook", {{"k2", secret(100)}, {"", secret()}});
  const Jwt after("tribook", {{"k2", secret(100)}});
  const std::string old_token = before.issue(claims());
  const std::string new_token = during.issue(claims());
  CHECK(verify(during, old_token) == JwtError::None);
  CHECK(verify(during, new_token) == JwtError::None);
  CHECK(verify(after, new_token) == JwtError::None);
  CHECK(verify(after, old_token) == JwtError::UnknownKey);
  CHECK(verify(before, new_token) == JwtError::UnknownKey);
  // A key's name does not make another key's signature good.
  const std::string swapped = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsyIn0." +
                              kEncodedPayload + ".F44Yq74uvyumTAqUvFdrQL0Zwv1OHnf7mLo_i-cv2NY";
  CHECK(verify(during, swapped) == JwtError::BadSignature);
  CHECK(verify(Jwt("tribook", {{"k2", secret()}}), swapped) == JwtError::None);
}

TEST_CASE("roles and names with odd characters survive") {
  const Jwt jwt("tri\"book\\", {{"k\"1", secret()}});
  JwtClaims odd = claims();
  odd.role = std::string("a\"b\\c\x01\n\xC3\xA9");
  odd.issuer = "tri\"book\\";
  JwtClaims read;
  CHECK(jwt.verify(jwt.issue(odd), kNow, "client", read) == JwtError::None);
  CHECK(read == odd);
}

TEST_CASE("short or missing keys are refused") {
  CHECK_THROWS_AS(Jwt("tribook", {}), std::invalid_argument);
  CHECK_THROWS_AS(Jwt("tribook", {{"", secret().substr(1)}}), std::invalid_argument);
}

TEST_CASE("base64url: known answers, and nothing but the canonical form is decoded") {
  const std::vector<std::pair<std::string, std::string>> known = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xFB\xFF\xFE", "-__-"}};
  std::string decoded;
  for (const auto& [bytes, text] : known) {
    CHECK(base64url_encode(bytes) == text);
    REQUIRE(base64url_decode(text, decoded));
    CHECK(decoded == bytes);
  }
  for (const char* bad : {"Z", "Zm9vY", "Zg==", "Zm8=", "Zh", "Zm9", "Z g", "Zm9v\n", "+__-", "/w",
                          "Zm9vYmF.", "\xC3\xA9"}) {
    INFO(bad);
    CHECK_FALSE(base64url_decode(bad, decoded));
  }
}

TEST_CASE("random text of any kind never verifies and never harms") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const Jwt jwt("tribook", {{"", secret()}});
  JwtClaims read;
  for (int i = 0; i < 20'000; ++i) {
    std::string payload = kPayload;
    for (unsigned n = 1 + random() % 4; n > 0; --n) {
      const std::size_t where = random() % payload.size();
      switch (random() % 3) {
        case 0:
          payload[where] = static_cast<char>(random());
          break;
        case 1:
          payload.erase(where, 1 + random() % 5);
          break;
        default:
          payload.insert(where, 1, "{}[]\",:\\0-e"[random() % 11]);
      }
      if (payload.empty()) payload = "x";
    }
    // Rightly signed, so that the parser is reached: what it takes must still be a whole claim set.
    if (jwt.verify(with_payload(payload), kNow, "client", read) == JwtError::None) {
      REQUIRE(read.issuer == "tribook");
      REQUIRE(read.expires_at_s > kNow.ns / 1'000'000'000);
    }
  }
}

TEST_CASE("the secret file is made once, private, and read back") {
  std::string folder_name = std::filesystem::temp_directory_path() / "tribook-secret-XXXXXX";
  REQUIRE(::mkdtemp(folder_name.data()) != nullptr);
  const std::filesystem::path folder = folder_name;
  const std::filesystem::path file = folder / "token.key";
  const std::string first = load_or_create_secret(file);
  CHECK(first.size() == 32);
  CHECK(load_or_create_secret(file) == first);
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  CHECK(load_or_create_secret(folder / "other.key") != first);

  for (const char* bad : {"", "12", "zz", "not hexadecimal at all"}) {
    std::ofstream(file) << bad << "\n";
    CHECK_THROWS_WITH(load_or_create_secret(file), Catch::Contains(file.string()));
  }
  std::ofstream(file) << std::string(64, 'g') << "\n";
  CHECK_THROWS(load_or_create_secret(file));
  std::ofstream(file) << std::string(64, 'A') << "\n";
  CHECK(load_or_create_secret(file) == std::string(32, '\xAA'));
  std::ofstream(file) << std::string(64, 'A') << " "
                      << "more";
  CHECK_THROWS(load_or_create_secret(file));
  CHECK_THROWS_WITH(load_or_create_secret(folder / "no" / "such" / "place"),
                    Catch::Contains("cannot"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("random texts have their length and alphabet and differ") {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string id = random_hex(16);
    CHECK(id.size() == 32);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    const std::string password = random_password(20);
    CHECK(password.size() == 20);
    CHECK(password.find_first_of("0O1lIo") == std::string::npos);
    CHECK(seen.insert(id).second);
    CHECK(seen.insert(password).second);
  }
  CHECK(random_hex(100).size() == 200);
}
