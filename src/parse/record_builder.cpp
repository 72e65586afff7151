#include "netlogd/parse/record_builder.hpp"

#include <algorithm>

#include "netlogd/core/ip_address.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {

void RecordBuilder::ip(std::string_view key, std::string_view value) {
  fields_.text(key, value);
  if (IpAddress::parse(value)) fields_.add(ExtractedFields::List::ip_addresses, value);
}

void RecordBuilder::user(std::string_view key, std::string_view value) {
  fields_.text(key, value);
  fields_.add(ExtractedFields::List::users, value);
}

void RecordBuilder::interface(std::string_view key, std::string_view value) {
  fields_.text(key, value);
  fields_.add(ExtractedFields::List::interfaces, value);
}

void RecordBuilder::mac(std::string_view key, std::string_view value) {
  fields_.text(key, value);
  fields_.add(ExtractedFields::List::mac_addresses, value);
}

void RecordBuilder::number(std::string_view key, std::string_view value) {
  TextCursor cursor(value);
  std::uint64_t number = 0;
  if (cursor.take_number(number, 18) && cursor.at_end())
    fields_.number(key, number);
  else
    fields_.text(key, value);
}

std::string_view RecordBuilder::join(std::initializer_list<std::string_view> pieces) noexcept {
  std::size_t size = 0;
  for (const auto piece : pieces) {
    if (piece.size() > room_.size() - size) break;
    std::copy(piece.begin(), piece.end(), room_.begin() + static_cast<std::ptrdiff_t>(size));
    size += piece.size();
  }
  const std::string_view text(room_.data(), size);
  room_ = room_.subspan(size);
  return text;
}

}  // namespace netlogd::parse
