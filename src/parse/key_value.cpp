#include "netlogd/parse/key_value.hpp"

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

constexpr bool is_key_character(char c) noexcept {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

}  // namespace

std::optional<KeyValueCursor::Pair> KeyValueCursor::next() noexcept {
  while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == ',')) ++at_;
  if (at_ == text_.size()) return std::nullopt;
  clean_ = false;
  const auto key_begin = at_;
  auto at = at_;
  while (at < text_.size() && is_key_character(text_[at])) ++at;
  if (at == key_begin || at == text_.size() || text_[at] != '=') return std::nullopt;
  Pair pair{text_.substr(key_begin, at - key_begin), {}};
  const auto begin = ++at;
  if (begin < text_.size() && text_[begin] == '"') {
    ++at;
    while (at < text_.size() && text_[at] != '"') at += text_[at] == '\\' ? 2 : 1;
    if (at >= text_.size()) return std::nullopt;
    pair.value = text_.substr(begin + 1, at - begin - 1);
    ++at;
  } else {
    while (at < text_.size() && !is_blank(text_[at])) ++at;
    pair.value = text_.substr(begin, at - begin);
  }
  at_ = at;
  clean_ = true;
  return pair;
}

}  // namespace netlogd::parse
