// Finds addresses and interface names in free text: never inside a longer number or word. Each
// *_length answers how many characters from `at` are one value, 0 when none begins there; the
// character before `at` is the caller's business, the one behind is checked here. Pure, any thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "netlogd/parse/extracted_fields.hpp"

namespace netlogd::parse {

class InterfaceNames;

// Dotted quad, no leading zeros, no fifth part.
[[nodiscard]] std::size_t ipv4_length(std::string_view text, std::size_t at) noexcept;
// RFC 4291 2.2 in all its forms, with an embedded IPv4 address; a decimal port after the last colon
// (2001:db8::1:61664, as Junos writes it) is left out where it can be told.
[[nodiscard]] std::size_t ipv6_length(std::string_view text, std::size_t at) noexcept;
[[nodiscard]] std::size_t ip_length(std::string_view text, std::size_t at) noexcept;
// aa:bb:cc:dd:ee:ff, aa-bb-.., aabb.ccdd.eeff, aabb-ccdd-eeff, and Junos' a.b.c.d.e.f in hex.
[[nodiscard]] std::size_t mac_length(std::string_view text, std::size_t at) noexcept;
// How many hexadecimal digits stand at `at`, `most` at most.
[[nodiscard]] std::size_t hex_run(std::string_view text, std::size_t at, std::size_t most) noexcept;

// Where something was found, so that values from several sources keep the order of the text.
struct Hit {
  std::uint32_t at;
  std::uint32_t length;
  ExtractedFields::List list;
};

// A bound on what one message may name: a hostile one must not make the lists long.
class Hits {
 public:
  static constexpr std::size_t limit = 192;
  void clear() noexcept { count_ = 0; }
  void add(std::size_t at, std::size_t length, ExtractedFields::List list) noexcept {
    if (count_ == limit) return;
    hits_[count_++] = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(length), list};
  }
  // Forgets what begins at `at`.
  void remove(std::size_t at) noexcept {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < count_; ++i)
      if (hits_[i].at != at) hits_[kept++] = hits_[i];
    count_ = kept;
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] const Hit* begin() const noexcept { return hits_.data(); }
  [[nodiscard]] const Hit* end() const noexcept { return hits_.data() + count_; }
  // In order of appearance; nearly always already so.
  void sort() noexcept;

 private:
  std::array<Hit, limit> hits_;
  std::size_t count_ = 0;
};

// Addresses, hardware addresses, interface names and named users of a text, in one pass.
void scan_text(std::string_view text, const InterfaceNames& interfaces, Hits& hits) noexcept;

}  // namespace netlogd::parse
