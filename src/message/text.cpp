#include "tribook/message/text.h"

namespace tribook {
namespace {

constexpr std::size_t kLengthBytes = 2;

}  // namespace

TextRef put_texts(Slab& slab, const Texts& texts) {
  std::array<std::byte, Slab::kBlockBytes> bytes;
  std::size_t size = 0;
  for (const std::string_view text : texts.part) {
    if (text.size() > UINT16_MAX || size + kLengthBytes + text.size() > bytes.size()) return {};
    const auto length = static_cast<std::uint16_t>(text.size());
    std::memcpy(bytes.data() + size, &length, kLengthBytes);
    size += kLengthBytes;
    if (!text.empty()) std::memcpy(bytes.data() + size, text.data(), text.size());
    size += text.size();
  }
  return slab.put({bytes.data(), size});
}

Texts read_texts(std::span<const std::byte> bytes) {
  Texts texts;
  for (std::string_view& text : texts.part) {
    std::uint16_t length = 0;
    if (bytes.size() < kLengthBytes) return {};
    std::memcpy(&length, bytes.data(), kLengthBytes);
    bytes = bytes.subspan(kLengthBytes);
    if (bytes.size() < length) return {};
    text = {reinterpret_cast<const char*>(bytes.data()), length};
    bytes = bytes.subspan(length);
  }
  return texts;
}

}  // namespace tribook
