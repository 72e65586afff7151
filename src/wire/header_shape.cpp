#include "header_shape.hpp"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "syslog_grammar.hpp"

namespace netlogd::wire {
namespace {

constexpr std::array<bool, 256> tag_ends = [] {
  std::array<bool, 256> ends{};
  for (const char c : {':', ' ', '\t', '[', '\n'}) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

// Behind TIMESTAMP HOSTNAME APP-NAME PROCID MSGID and a blank; 0: there are not so many.
std::size_t end_of_message_id(std::string_view text, std::size_t limit) noexcept {
  constexpr int words = 6;
  std::size_t at = 0;
  for (int i = 0; i < words; ++i) {
    at += word_length(text.substr(at));
    if (at >= limit) return 0;
    while (at < limit && is_word_end(text[at])) ++at;
  }
  return at < limit ? at : 0;
}

void put_masked(char* out, const char* text, std::size_t size) noexcept {
  std::memcpy(out, text, size);
#if defined(__SSE2__)
  for (std::size_t i = 0; i < size; i += sizeof(__m128i)) {
    auto* const at = reinterpret_cast<__m128i*>(out + i);
    const auto block = _mm_loadu_si128(at);
    const auto digits = _mm_and_si128(_mm_cmpgt_epi8(block, _mm_set1_epi8('0' - 1)),
                                      _mm_cmplt_epi8(block, _mm_set1_epi8('9' + 1)));
    _mm_storeu_si128(at, _mm_or_si128(_mm_andnot_si128(digits, block),
                                      _mm_and_si128(digits, _mm_set1_epi8('0'))));
  }
#else
  for (std::size_t i = 0; i < size; ++i)
    if (is_digit(out[i])) out[i] = '0';
#endif
}

}  // namespace

bool HeaderShape::read(std::string_view text, bool has_priority) noexcept {
  const auto size = find_end(text);
  if (size == 0) return false;
  // Two headers of the same characters but of another end are two shapes.
  key_[0] = static_cast<char>(2 * static_cast<int>(end_) + (has_priority ? 1 : 0));
  put_masked(key_.data() + 1, text.data(), size);
  size_ = size;
  return true;
}

// 0: none.
std::size_t HeaderShape::find_end(std::string_view text) noexcept {
  const auto limit = std::min(text.size(), longest_header);
  if (text.starts_with("1 ")) {
    end_ = End::message_id;
    return end_of_message_id(text, limit);
  }
  if (text.empty()) return 0;
  const auto* const percent = static_cast<const char*>(std::memchr(text.data(), '%', text.size()));
  if (percent == nullptr) {
    end_ = End::process_colon;
    const auto colon = text.substr(0, limit).find(": ");
    return colon == std::string_view::npos ? 0 : colon + 2;
  }
  end_ = End::tag;
  tag_ = static_cast<std::size_t>(percent - text.data());
  auto end = tag_;
  while (end < limit && !tag_ends[static_cast<unsigned char>(text[end])]) ++end;
  if (end >= limit && end < text.size()) return 0;
  return std::min(end + behind_tag, text.size());
}

}  // namespace netlogd::wire
