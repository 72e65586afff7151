#include "header_shape.hpp"

#include <algorithm>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "syslog_grammar.hpp"

namespace netlogd::wire {
namespace {

// NX-OS' "%$ VDC-1 %$" in front of a tag, which is then the third '%'. `percent`: the first.
std::size_t behind_context(std::string_view text, std::size_t percent) noexcept {
  constexpr std::size_t mark = 2;
  if (text.substr(percent, mark) != "%$") return percent;
  const auto second = text.find("%$", percent + mark);
  const auto tag = second == std::string_view::npos ? second : text.find('%', second + mark);
  return tag == std::string_view::npos ? percent : tag;
}

constexpr bool ends_tag(char c) noexcept {
  return c == ':' || c == ' ' || c == '\t' || c == '[' || c == '\n';
}

#if defined(__SSE2__)

using Block = __m128i;
constexpr std::size_t block_size = sizeof(Block);

Block load(const char* at) noexcept { return _mm_loadu_si128(reinterpret_cast<const Block*>(at)); }
Block is(Block block, char c) noexcept { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); }

// Where the first character that ends a tag is, `end` if there is none.
std::size_t find_tag_end(const char* text, std::size_t at, std::size_t end) noexcept {
  for (; at + block_size <= end; at += block_size) {
    const auto block = load(text + at);
    const auto blanks =
        _mm_or_si128(_mm_or_si128(is(block, ' '), is(block, '\t')), is(block, '\n'));
    const auto ends = _mm_or_si128(_mm_or_si128(is(block, ':'), is(block, '[')), blanks);
    if (const int bits = _mm_movemask_epi8(ends); bits != 0)
      return at + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(bits)));
  }
  while (at < end && !ends_tag(text[at])) ++at;
  return at;
}

// Whole blocks of `text` from `at` on, until `count` words have begun behind a blank; then where
// the last of them begins, else 0. `blank`: a blank stands in front of `at`.
std::size_t find_word(std::string_view text, std::size_t& at, int& count, bool& blank) noexcept {
  for (; at + block_size <= text.size(); at += block_size) {
    const auto block = load(text.data() + at);
    const auto blanks = _mm_or_si128(is(block, ' '), is(block, '\t'));
    const auto bits = static_cast<unsigned>(_mm_movemask_epi8(blanks));
    auto begins = (bits << 1 | (blank ? 1U : 0U)) & ~bits & 0xffffU;
    blank = (bits >> (block_size - 1)) != 0;
    for (; begins != 0; begins &= begins - 1)
      if (--count == 0) return at + static_cast<std::size_t>(__builtin_ctz(begins));
  }
  return 0;
}

void put_masked(char* out, const char* text, std::size_t size) noexcept {
  const auto zero = _mm_set1_epi8('0');
  const auto put_block = [&](std::size_t at) {
    const auto block = load(text + at);
    const auto above = _mm_sub_epi8(block, zero);
    const auto digits = _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(9)), above);
    // A digit without its value is '0'.
    _mm_storeu_si128(reinterpret_cast<Block*>(out + at),
                     _mm_sub_epi8(block, _mm_and_si128(digits, above)));
  };
  std::size_t at = 0;
  for (; at + block_size <= size; at += block_size) put_block(at);
  if (at == size) return;
  if (size >= block_size) return put_block(size - block_size);
  for (; at < size; ++at) out[at] = is_digit(text[at]) ? '0' : text[at];
}

#else

std::size_t find_word(std::string_view, std::size_t&, int&, bool&) noexcept { return 0; }

std::size_t find_tag_end(const char* text, std::size_t at, std::size_t end) noexcept {
  while (at < end && !ends_tag(text[at])) ++at;
  return at;
}

void put_masked(char* out, const char* text, std::size_t size) noexcept {
  for (std::size_t i = 0; i < size; ++i) out[i] = is_digit(text[i]) ? '0' : text[i];
}

#endif

// Behind VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID and blanks; 0: there are not so many.
std::size_t end_of_message_id(std::string_view text) noexcept {
  int count = 6;
  std::size_t at = 0;
  bool blank = false;
  if (const auto found = find_word(text, at, count, blank); found != 0) return found;
  for (; at < text.size(); ++at) {
    if (blank && !is_word_end(text[at]) && --count == 0) return at;
    blank = is_word_end(text[at]);
  }
  return 0;
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
    return end_of_message_id(text.substr(0, limit));
  }
  if (text.empty()) return 0;
  const auto* const percent = static_cast<const char*>(std::memchr(text.data(), '%', text.size()));
  if (percent == nullptr) {
    end_ = End::process_colon;
    const auto colon = text.substr(0, limit).find(": ");
    return colon == std::string_view::npos ? 0 : colon + 2;
  }
  end_ = End::tag;
  tag_ = behind_context(text, static_cast<std::size_t>(percent - text.data()));
  const auto end = find_tag_end(text.data(), tag_, std::max(tag_, limit));
  if (end >= limit && end < text.size()) return 0;
  return std::min(end + behind_tag, text.size());
}

}  // namespace netlogd::wire
