// The part of BER (X.690) that SNMP uses, read strictly in structure and tolerantly in form: a
// length may be written longer than it needs to be, but it is definite and stays inside its
// container. Readers point into the caller's bytes and own nothing. Pure, any thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace netlogd::wire {

using Octets = std::span<const std::uint8_t>;

namespace ber {
constexpr std::uint8_t integer = 0x02;
constexpr std::uint8_t bit_string = 0x03;
constexpr std::uint8_t octet_string = 0x04;
constexpr std::uint8_t null = 0x05;
constexpr std::uint8_t object_identifier = 0x06;
constexpr std::uint8_t sequence = 0x30;
}  // namespace ber

struct BerElement {
  std::uint8_t tag = 0;
  Octets content;
  Octets whole;  // with tag and length
};

// The elements of one container, in order. Depth is the caller's: nothing here descends by itself.
class BerReader {
 public:
  explicit BerReader(Octets bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] bool at_end() const noexcept { return at_ == bytes_.size(); }
  [[nodiscard]] Octets rest() const noexcept { return bytes_.subspan(at_); }

  // False at the end and when what follows is broken: ask ok(). Multi-octet tags, the indefinite
  // length and a length that passes the end of the container are broken.
  bool next(BerElement& element) noexcept;
  // The content of the next element, which must have this tag.
  Octets take(std::uint8_t tag) noexcept;
  // An INTEGER that must fit; at most eight octets once its padding is off.
  std::int64_t integer(std::int64_t low, std::int64_t high) noexcept;

 private:
  Octets bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

// The content of an INTEGER. Nothing: no octets, or more than 64 bits.
[[nodiscard]] std::optional<std::int64_t> ber_integer(Octets content) noexcept;
// The content of Counter32, Gauge32, TimeTicks or Counter64, which are unsigned also where the
// sender left out the leading zero octet. Nothing: no octets, or more than `octets` of value.
[[nodiscard]] std::optional<std::uint64_t> ber_unsigned(Octets content,
                                                        std::size_t octets) noexcept;

// An object identifier as numbers.
class Oid {
 public:
  static constexpr std::size_t max_arcs = 128;  // RFC 3416, 4.1

  enum class Status : std::uint8_t {
    ok,
    broken,   // no octets, or it ends inside an arc
    too_big,  // well-formed, but over 128 arcs or an arc over 2^32 - 1
  };

  [[nodiscard]] Status decode(Octets content) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::span<const std::uint32_t> arcs() const noexcept {
    return {arcs_.data(), size_};
  }
  [[nodiscard]] std::uint32_t operator[](std::size_t i) const noexcept { return arcs_[i]; }
  void clear() noexcept { size_ = 0; }
  // False: no room.
  bool push(std::uint32_t arc) noexcept {
    if (size_ == max_arcs) return false;
    arcs_[size_++] = arc;
    return true;
  }
  // "1.3.6.1"; a leading dot is taken too. False, and cleared: not an OID of 1..128 arcs.
  bool parse(std::string_view text) noexcept;
  [[nodiscard]] bool starts_with(std::span<const std::uint32_t> prefix) const noexcept;
  [[nodiscard]] bool equals(std::span<const std::uint32_t> other) const noexcept {
    return size_ == other.size() && starts_with(other);
  }

  // Digits and dots without a leading one; at most max_text characters.
  static constexpr std::size_t max_text = max_arcs * 11;
  std::size_t format(char* out) const noexcept;

 private:
  std::size_t size_ = 0;
  std::array<std::uint32_t, max_arcs> arcs_;
};

// Whether the content is an OID without looking at its numbers (cheaper than decode).
[[nodiscard]] bool is_whole_oid(Octets content) noexcept;

// BER written from the end to the front, so that every length is known when it is written. The
// buffer is kept between messages; a message that would pass its size makes ok() false.
class BerWriter {
 public:
  explicit BerWriter(std::size_t size) : buffer_(new std::uint8_t[size]), size_(size), at_(size) {}

  void clear() noexcept {
    at_ = size_;
    ok_ = true;
  }
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  // What was written so far; valid until the next call.
  [[nodiscard]] std::span<std::uint8_t> bytes() noexcept {
    return {buffer_.get() + at_, size_ - at_};
  }
  // A place to come back to: the number of octets behind it.
  [[nodiscard]] std::size_t mark() const noexcept { return size_ - at_; }

  // Each puts itself in front of what is there.
  void raw(Octets octets) noexcept;
  void integer(std::int64_t value, std::uint8_t tag = ber::integer) noexcept;
  void octets(Octets octets, std::uint8_t tag = ber::octet_string) noexcept;
  void oid(std::span<const std::uint32_t> arcs) noexcept;
  // Wraps everything written since `mark` (what stands in front of it).
  void wrap(std::uint8_t tag, std::size_t mark) noexcept;

 private:
  void byte(std::uint8_t value) noexcept;
  void head(std::uint8_t tag, std::size_t length) noexcept;

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t size_;
  std::size_t at_;
  bool ok_ = true;
};

}  // namespace netlogd::wire
