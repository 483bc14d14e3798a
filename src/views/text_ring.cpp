#include "views/text_ring.h"

#include <algorithm>
#include <cstring>

namespace tribook::views {
namespace {

constexpr std::size_t kWord = 8;
constexpr std::size_t words_for(std::size_t bytes) { return (bytes + kWord - 1) / kWord; }

}  // namespace

TextRing::TextRing(std::size_t bytes)
    : capacity_(std::max(bytes / kWord, 2 * words_for(kTextMax))),
      word_(new std::atomic<std::uint64_t>[capacity_]()) {}

TextPlace TextRing::put(std::string_view first, std::string_view second) {
  first = first.substr(0, kTextMax);
  second = second.substr(0, kTextMax);
  if (first.empty() && second.empty()) return {};
  TextPlace place;
  place.begin = end_.load(std::memory_order_relaxed);
  place.size = {static_cast<std::uint16_t>(first.size()),
                static_cast<std::uint16_t>(second.size())};
  const std::uint64_t middle = place.begin + words_for(first.size());
  end_.store(middle + words_for(second.size()), std::memory_order_relaxed);
  put_part(first, place.begin);
  put_part(second, middle);
  return place;
}

// Words are stored with release: whoever sees one also sees the end that announced it.
void TextRing::put_part(std::string_view text, std::uint64_t begin) {
  for (std::size_t at = 0; at < text.size(); at += kWord, ++begin) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, std::min(kWord, text.size() - at));
    word_[begin % capacity_].store(word, std::memory_order_release);
  }
}

void TextRing::read_part(std::uint64_t begin, std::size_t size, std::string& out) const {
  out.resize(size);
  for (std::size_t at = 0; at < size; at += kWord, ++begin) {
    const std::uint64_t word = word_[begin % capacity_].load(std::memory_order_acquire);
    std::memcpy(out.data() + at, &word, std::min(kWord, size - at));
  }
}

bool TextRing::read(const TextPlace& place, std::string& first, std::string& second) const {
  first.clear();
  second.clear();
  if (place.size[0] == 0 && place.size[1] == 0) return true;
  read_part(place.begin, place.size[0], first);
  read_part(place.begin + words_for(place.size[0]), place.size[1], second);
  if (end_.load(std::memory_order_relaxed) - place.begin <= capacity_) return true;
  first.clear();
  second.clear();
  return false;
}

}  // namespace tribook::views
