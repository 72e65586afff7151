// Flow packets made by hand, octet for octet, for the tests of the decoders.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace netlogd::tests {

class Bytes {
 public:
  Bytes& u8(std::uint64_t value) { return number(value, 1); }
  Bytes& u16(std::uint64_t value) { return number(value, 2); }
  Bytes& u32(std::uint64_t value) { return number(value, 4); }
  Bytes& u64(std::uint64_t value) { return number(value, 8); }
  Bytes& number(std::uint64_t value, std::size_t octets) {
    for (std::size_t i = octets; i-- > 0;)
      data_.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    return *this;
  }
  Bytes& text(std::string_view text) {
    data_.insert(data_.end(), text.begin(), text.end());
    return *this;
  }
  Bytes& add(const Bytes& other) {
    data_.insert(data_.end(), other.data_.begin(), other.data_.end());
    return *this;
  }
  Bytes& zeros(std::size_t count) {
    data_.insert(data_.end(), count, 0);
    return *this;
  }
  [[nodiscard]] const std::vector<std::uint8_t>& data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return data_.size(); }

 private:
  std::vector<std::uint8_t> data_;
};

struct Field {
  std::uint32_t number;
  std::uint32_t length;
  std::uint32_t enterprise = 0;
};

inline Bytes set(std::uint16_t id, const Bytes& body) {
  return Bytes().u16(id).u16(body.size() + 4).add(body);
}

inline Bytes fields_of(std::initializer_list<Field> fields) {
  Bytes out;
  for (const auto& field : fields) {
    out.u16(field.number | (field.enterprise != 0 ? 0x8000U : 0U)).u16(field.length);
    if (field.enterprise != 0) out.u32(field.enterprise);
  }
  return out;
}

// One definition; put it into set 0 (v9) or 2 (IPFIX).
inline Bytes definition(std::uint16_t id, std::initializer_list<Field> fields) {
  return Bytes().u16(id).u16(fields.size()).add(fields_of(fields));
}

// One options definition for set 1 (v9) or 3 (IPFIX).
inline Bytes v9_options(std::uint16_t id, std::initializer_list<Field> scopes,
                        std::initializer_list<Field> fields) {
  return Bytes()
      .u16(id)
      .u16(scopes.size() * 4)
      .u16(fields.size() * 4)
      .add(fields_of(scopes))
      .add(fields_of(fields));
}
inline Bytes ipfix_options(std::uint16_t id, std::initializer_list<Field> scopes,
                           std::initializer_list<Field> fields) {
  return Bytes()
      .u16(id)
      .u16(scopes.size() + fields.size())
      .u16(scopes.size())
      .add(fields_of(scopes))
      .add(fields_of(fields));
}

struct Header {
  std::uint32_t seconds = 1'700'000'000;  // 2023-11-14T22:13:20Z
  std::uint32_t uptime_ms = 100'000;
  std::uint32_t sequence = 1;
  std::uint32_t domain = 7;
};

inline Bytes v9(const Bytes& sets, const Header& h = {}) {
  return Bytes()
      .u16(9)
      .u16(1)
      .u32(h.uptime_ms)
      .u32(h.seconds)
      .u32(h.sequence)
      .u32(h.domain)
      .add(sets);
}
inline Bytes ipfix(const Bytes& sets, const Header& h = {}) {
  return Bytes()
      .u16(10)
      .u16(16 + sets.size())
      .u32(h.seconds)
      .u32(h.sequence)
      .u32(h.domain)
      .add(sets);
}

}  // namespace netlogd::tests
