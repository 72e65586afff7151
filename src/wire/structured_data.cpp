#include "netlogd/wire/structured_data.hpp"

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::wire {
namespace {

constexpr auto npos = std::string_view::npos;

// RFC 5424's SD-NAME without its length limit; octets from 0x80 are let pass.
constexpr bool is_name(char c) noexcept {
  return static_cast<unsigned char>(c) > ' ' && c != '=' && c != ']' && c != '"' && c != '[' &&
         c != '\x7f';
}

// Word processors turn the quotes of a copied configuration into these.
constexpr std::string_view curly_open = "\xe2\x80\x9c";
constexpr std::string_view curly_close = "\xe2\x80\x9d";

std::string_view take_name(std::string_view text, std::size_t& at) noexcept {
  const auto from = at;
  while (at < text.size() && is_name(text[at])) ++at;
  return text.substr(from, at - from);
}

void skip_blanks(std::string_view text, std::size_t& at) noexcept {
  while (at < text.size() && is_blank(text[at])) ++at;
}

}  // namespace

std::size_t StructuredData::parse(std::string_view text) {
  clear();
  clean_ = true;
  std::size_t at = 0;
  while (at < text.size() && text[at] == '[') {
    const auto length = parse_element(text.substr(at));
    if (length == 0) {
      clean_ = false;
      break;
    }
    at += length;
  }
  return at;
}

std::size_t StructuredData::parse_element(std::string_view text) {
  const auto first = parameters_.size();
  std::size_t at = 1;
  const auto id = take_name(text, at);
  const auto fail = [&] {
    parameters_.resize(first);
    return std::size_t{0};
  };
  if (id.empty()) return fail();
  for (;;) {
    skip_blanks(text, at);
    if (at == text.size()) return fail();
    if (text[at] == ']') break;
    Parameter parameter;
    parameter.name = take_name(text, at);
    if (parameter.name.empty()) return fail();
    skip_blanks(text, at);
    if (at == text.size() || text[at] != '=') return fail();
    skip_blanks(text, ++at);
    if (!take_value(text, at, parameter.value)) return fail();
    if (parameters_.size() < max_parameters)
      parameters_.push_back(parameter);
    else
      clean_ = false;
  }
  if (elements_.size() == max_elements) {
    clean_ = false;
    parameters_.resize(first);
    return at + 1;
  }
  elements_.push_back({id, static_cast<std::uint32_t>(first),
                       static_cast<std::uint32_t>(parameters_.size() - first)});
  return at + 1;
}

// `at` is at the opening quote, afterwards behind the closing one.
bool StructuredData::take_value(std::string_view text, std::size_t& at, std::string_view& value) {
  if (text.substr(at).starts_with(curly_open)) {
    const auto from = at + curly_open.size();
    const auto end = text.find(curly_close, from);
    if (end == npos) return false;
    value = text.substr(from, end - from);
    at = end + curly_close.size();
    return true;
  }
  if (at == text.size() || text[at] != '"') return false;
  const auto from = ++at;
  bool escaped = false;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\\') {
      escaped = true;
      ++at;
    }
    ++at;
  }
  if (at >= text.size()) return false;
  value = text.substr(from, at - from);
  ++at;
  if (!escaped) return true;
  // Only \" \\ and \] are escapes; any other backslash stands for itself (RFC 5424, 6.3.3).
  if (unescaped_.empty()) unescaped_.reserve(text.size());
  if (unescaped_.capacity() - unescaped_.size() < value.size()) return false;
  const auto begin = unescaped_.size();
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool undone = value[i] == '\\' && i + 1 < value.size() &&
                        (value[i + 1] == '"' || value[i + 1] == '\\' || value[i + 1] == ']');
    if (undone) ++i;
    unescaped_.push_back(value[i]);
  }
  value = std::string_view(unescaped_).substr(begin);
  return true;
}

}  // namespace netlogd::wire
