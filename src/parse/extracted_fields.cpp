#include "netlogd/parse/extracted_fields.hpp"

#include <algorithm>
#include <array>

namespace netlogd::parse {
namespace {

constexpr std::array<std::string_view, 4> list_keys = {"\"ip_addresses\":[", "\"interfaces\":[",
                                                       "\"mac_addresses\":[", "\"users\":["};

}  // namespace

void ExtractedFields::forget() noexcept {
  used_ = false;
  for (auto& list : lists_) list.clear();
  fields_.clear();
  if (!owned_.empty()) owned_.clear();
}

void ExtractedFields::add(List list, std::string_view value) {
  auto& values = lists_[static_cast<std::size_t>(list)];
  if (value.empty()) return;
  used_ = true;
  for (const auto known : values)
    if (known.size() == value.size() && known.back() == value.back() && known == value) return;
  values.push_back(value);
}

void ExtractedFields::add_named(List list, std::string_view value) {
  add(list, value);
  if (list == List::users) text(PlainKey{"user"}, value);
}

void ExtractedFields::add_new(std::string_view key, std::string_view value, std::uint64_t number,
                              Kind kind, bool plain_key) {
  used_ = true;
  const auto mark = mark_of(key);
  if (!has(key, mark)) fields_.push_back({key, value, number, mark, kind, plain_key});
}

void ExtractedFields::text(std::string_view key, std::string_view value) {
  if (!value.empty()) add_new(key, value, 0, Kind::text, false);
}

void ExtractedFields::text(PlainKey key, std::string_view value) {
  if (!value.empty()) add_new(key.name, value, 0, Kind::text, true);
}

void ExtractedFields::number(std::string_view key, std::uint64_t value) {
  add_new(key, {}, value, Kind::number, false);
}

void ExtractedFields::number(PlainKey key, std::uint64_t value, std::string_view text) {
  add_new(key.name, text, value, Kind::number, true);
}

void ExtractedFields::signed_number(std::string_view key, std::int64_t value) {
  add_new(key, {}, static_cast<std::uint64_t>(value), Kind::signed_number, false);
}

void ExtractedFields::json(std::string_view key, std::string_view json) {
  if (!json.empty()) add_new(key, json, 0, Kind::json, false);
}

void ExtractedFields::json(PlainKey key, std::string_view json) {
  if (!json.empty()) add_new(key.name, json, 0, Kind::json, true);
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
  used_ = true;
  owned_.push_back(std::move(text));
  return owned_.back();
}

std::uint32_t ExtractedFields::mark_of(std::string_view key) noexcept {
  if (key.empty()) return 0;
  const auto octet = [key](std::size_t at) -> std::uint32_t {
    return static_cast<unsigned char>(key[at]);
  };
  return static_cast<std::uint32_t>(key.size() & 0xff) | octet(0) << 8 |
         octet(key.size() / 2) << 16 | octet(key.size() - 1) << 24;
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

bool ExtractedFields::holds_nothing() const noexcept {
  return fields_.empty() && std::all_of(std::begin(lists_), std::end(lists_),
                                        [](const auto& list) { return list.empty(); });
}

const std::vector<std::string_view>& ExtractedFields::list(List list) const noexcept {
  return lists_[static_cast<std::size_t>(list)];
}

std::string_view ExtractedFields::list_key(List list) noexcept {
  return list_keys[static_cast<std::size_t>(list)];
}

void ExtractedFields::write(JsonWriter& out) const {
  auto& buffer = out.buffer();
  char* const begin = buffer.room(room());
  buffer.commit(static_cast<std::size_t>(put(begin, json_text::PiecesOf()) - begin));
}

char* ExtractedFields::put(char* out, const json_text::PiecesOf& pieces) const noexcept {
  using json_text::put;
  char separator = '{';
  for (std::size_t i = 0; i < list_keys.size(); ++i) {
    if (lists_[i].empty()) continue;
    out = put(out, separator);
    separator = ',';
    out = put(out, list_keys[i]);
    for (const auto value : lists_[i]) {
      out = pieces.put(out, value);
      out = put(out, ',');
    }
    out[-1] = ']';
  }
  for (const auto& field : fields_) {
    out = put(out, separator);
    separator = ',';
    out = field.plain_key ? json_text::put_plain(out, field.key) : pieces.put(out, field.key);
    out = put(out, ':');
    switch (field.kind) {
      case Kind::text:
        out = pieces.put(out, field.value);
        break;
      case Kind::number:
        out = json_text::put_number(out, field.number);
        break;
      case Kind::signed_number:
        out = json_text::put_signed(out, static_cast<std::int64_t>(field.number));
        break;
      case Kind::json:
        out = put(out, field.value);
        break;
    }
  }
  if (separator == '{') out = put(out, '{');
  return put(out, '}');
}

std::size_t ExtractedFields::room() const noexcept {
  std::size_t room = 128;
  for (const auto& list : lists_)
    for (const auto value : list) room += json_text::string_room(value.size()) + 1;
  for (const auto& field : fields_)
    room += json_text::string_room(field.key.size()) + json_text::string_room(field.value.size()) +
            json_text::number_room + 2;
  return room;
}

}  // namespace netlogd::parse
