#include "netlogd/parse/extracted_fields.hpp"

#include <algorithm>
#include <array>

namespace netlogd::parse {
namespace {

constexpr std::array<std::string_view, 4> list_keys = {"\"ip_addresses\":[", "\"interfaces\":[", "\"mac_addresses\":[",
                                                       "\"users\":["};

}  // namespace

void ExtractedFields::clear() noexcept {
  for (auto& list : lists_) list.clear();
  fields_.clear();
  if (!owned_.empty()) owned_.clear();
}

void ExtractedFields::add(List list, std::string_view value) {
  auto& values = lists_[static_cast<std::size_t>(list)];
  if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) return;
  values.push_back(value);
}

void ExtractedFields::text(std::string_view key, std::string_view value) {
  const auto mark = mark_of(key);
  if (!value.empty() && !has(key, mark)) fields_.push_back({key, value, 0, mark, Kind::text});
}

void ExtractedFields::number(std::string_view key, std::uint64_t value) {
  const auto mark = mark_of(key);
  if (!has(key, mark)) fields_.push_back({key, {}, value, mark, Kind::number});
}

void ExtractedFields::signed_number(std::string_view key, std::int64_t value) {
  const auto mark = mark_of(key);
  if (!has(key, mark)) fields_.push_back({key, {}, static_cast<std::uint64_t>(value), mark, Kind::signed_number});
}

void ExtractedFields::json(std::string_view key, std::string_view json) {
  const auto mark = mark_of(key);
  if (!json.empty() && !has(key, mark)) fields_.push_back({key, json, 0, mark, Kind::json});
}

void ExtractedFields::replace_text(std::string_view key, std::string_view value) {
  for (auto& field : fields_)
    if (field.key == key) {
      field.value = value;
      field.kind = Kind::text;
      return;
    }
  text(key, value);
}

std::string_view ExtractedFields::own(std::string text) {
  owned_.push_back(std::move(text));
  return owned_.back();
}

std::uint32_t ExtractedFields::mark_of(std::string_view key) noexcept {
  if (key.empty()) return 0;
  const auto octet = [key](std::size_t at) -> std::uint32_t { return static_cast<unsigned char>(key[at]); };
  return static_cast<std::uint32_t>(key.size() & 0xff) | octet(0) << 8 | octet(key.size() / 2) << 16 |
         octet(key.size() - 1) << 24;
}

bool ExtractedFields::has(std::string_view key, std::uint32_t mark) const noexcept {
  for (const auto& field : fields_)
    if (field.mark == mark && field.key == key) return true;
  return false;
}

bool ExtractedFields::has(std::string_view key) const noexcept { return has(key, mark_of(key)); }

std::string_view ExtractedFields::find(std::string_view key) const noexcept {
  for (const auto& field : fields_)
    if (field.key == key && field.kind == Kind::text) return field.value;
  return {};
}

bool ExtractedFields::empty() const noexcept {
  return fields_.empty() && std::all_of(std::begin(lists_), std::end(lists_), [](const auto& list) { return list.empty(); });
}

const std::vector<std::string_view>& ExtractedFields::list(List list) const noexcept {
  return lists_[static_cast<std::size_t>(list)];
}

void ExtractedFields::write(JsonWriter& out) const {
  char separator = '{';
  for (std::size_t i = 0; i < list_keys.size(); ++i) {
    if (lists_[i].empty()) continue;
    out.raw(separator);
    separator = ',';
    out.raw(list_keys[i]);
    for (std::size_t n = 0; n < lists_[i].size(); ++n) {
      if (n > 0) out.raw(',');
      out.string(lists_[i][n]);
    }
    out.raw(']');
  }
  for (const auto& field : fields_) {
    out.raw(separator);
    separator = ',';
    out.string(field.key);
    out.raw(':');
    switch (field.kind) {
      case Kind::text: out.string(field.value); break;
      case Kind::number: out.number(field.number); break;
      case Kind::signed_number: out.number(static_cast<std::int64_t>(field.number)); break;
      case Kind::json: out.raw(field.value); break;
    }
  }
  if (separator == '{') out.raw('{');
  out.raw('}');
}

}  // namespace netlogd::parse
