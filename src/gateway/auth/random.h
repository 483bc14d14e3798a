#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace tribook::auth {

/// Fills with the kernel's random bytes; throws std::system_error if it has none.
void random_bytes(std::span<unsigned char> out);

/// `bytes` random bytes in lower-case hexadecimal: token ids.
std::string random_hex(std::size_t bytes);

/// `characters` letters and digits without those that look alike: generated passwords. Each is one
/// of 56 (5.8 bits).
std::string random_password(std::size_t characters);

/// The 32-byte secret kept in `file` as 64 hexadecimal digits. Makes the file, readable by its
/// owner alone and on disk before it returns, if there is none. Throws std::runtime_error, which
/// names the file, if it cannot or if what stands there is no such secret.
std::string load_or_create_secret(const std::filesystem::path& file);

}  // namespace tribook::auth
