#include "follow/json_line.hpp"

#include <bit>
#include <charconv>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace netlogd::follow {
namespace {

// Where the first quote or backslash from `at` on stands; at or behind the end: there is none.
std::size_t find_quote_or_slash(std::string_view line, std::size_t at) noexcept {
#if defined(__SSE2__)
  constexpr std::size_t block_size = 16;
  const auto quote = _mm_set1_epi8('"');
  const auto slash = _mm_set1_epi8('\\');
  for (; at + block_size <= line.size(); at += block_size) {
    const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(line.data() + at));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, slash))));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  while (at < line.size() && line[at] != '"' && line[at] != '\\') ++at;
  return at;
}

// Behind the closing quote of the string that begins at `at`; npos: it does not end.
std::size_t skip_string(std::string_view line, std::size_t at) noexcept {
  for (++at;; at += 2) {  // a backslash, and what it stands before
    at = find_quote_or_slash(line, at);
    if (at >= line.size()) return std::string_view::npos;
    if (line[at] == '"') return at + 1;
  }
}

std::size_t skip_value(std::string_view line, std::size_t at) noexcept {
  if (at >= line.size()) return std::string_view::npos;
  if (line[at] == '"') return skip_string(line, at);
  if (line[at] == '{' || line[at] == '[') {
    int depth = 0;
    while (at < line.size()) {
      const char c = line[at];
      if (c == '"') {
        at = skip_string(line, at);
        if (at == std::string_view::npos) return at;
        continue;
      }
      ++at;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return at;
    }
    return std::string_view::npos;
  }
  const std::size_t begin = at;
  while (at < line.size() && line[at] != ',' && line[at] != '}') ++at;
  return at == begin ? std::string_view::npos : at;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  }
}

std::optional<std::uint32_t> hex4(std::string_view text) noexcept {
  if (text.size() < 4) return {};
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 4, value, 16);
  if (error != std::errc{} || end != text.data() + 4) return {};
  return value;
}

}  // namespace

bool JsonLine::parse(std::string_view line) {
  members_.clear();
  if (line.size() < 2 || line.front() != '{' || line.back() != '}') return false;
  for (std::size_t at = 1; at < line.size();) {
    if (line[at] != '"' || members_.size() == max_members) return false;
    const auto key_end = skip_string(line, at);
    if (key_end == std::string_view::npos || key_end >= line.size() || line[key_end] != ':')
      return false;
    const auto value_end = skip_value(line, key_end + 1);
    if (value_end == std::string_view::npos || value_end >= line.size()) return false;
    members_.push_back(
        {line.substr(at + 1, key_end - at - 2), line.substr(key_end + 1, value_end - key_end - 1)});
    if (line[value_end] == '}') return value_end + 1 == line.size();
    if (line[value_end] != ',') return false;
    at = value_end + 1;
  }
  return false;
}

std::string_view json_value(std::string_view json, std::size_t at) noexcept {
  const auto end = skip_value(json, at);
  return end == std::string_view::npos ? std::string_view{} : json.substr(at, end - at);
}

std::optional<std::string_view> json_text(std::string_view json, std::string& scratch) {
  if (json.size() < 2 || json.front() != '"' || json.back() != '"') return {};
  json = json.substr(1, json.size() - 2);
  const auto first = json.find('\\');
  if (first == std::string_view::npos) return json;
  scratch.assign(json.substr(0, first));
  for (std::size_t at = first; at < json.size();) {
    if (json[at] != '\\') {
      const auto next = std::min(json.find('\\', at), json.size());
      scratch.append(json.substr(at, next - at));
      at = next;
      continue;
    }
    if (at + 1 >= json.size()) return {};
    const char c = json[at + 1];
    at += 2;
    switch (c) {
      case '"':
      case '\\':
      case '/':
        scratch.push_back(c);
        break;
      case 'b':
        scratch.push_back('\b');
        break;
      case 'f':
        scratch.push_back('\f');
        break;
      case 'n':
        scratch.push_back('\n');
        break;
      case 'r':
        scratch.push_back('\r');
        break;
      case 't':
        scratch.push_back('\t');
        break;
      case 'u': {
        auto code = hex4(json.substr(at));
        if (!code || *code == 0) return {};
        at += 4;
        if (*code >= 0xd800 && *code < 0xe000) {  // a pair, or nothing that we wrote
          if (*code >= 0xdc00 || json.substr(at, 2) != "\\u") return {};
          const auto low = hex4(json.substr(at + 2));
          if (!low || *low < 0xdc00 || *low > 0xdfff) return {};
          code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
          at += 6;
        }
        append_utf8(scratch, *code);
        break;
      }
      default:
        return {};
    }
  }
  return std::string_view(scratch);
}

std::optional<std::int64_t> json_integer(std::string_view json) noexcept {
  const auto digits = json.substr(!json.empty() && json.front() == '-' ? 1 : 0);
  if (digits.empty() || (digits.size() > 1 && digits.front() == '0')) return {};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), value);
  if (error != std::errc{} || end != json.data() + json.size() || json == "-0") return {};
  return value;
}

}  // namespace netlogd::follow
