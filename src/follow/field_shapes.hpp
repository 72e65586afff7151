// extracted_fields made small: nearly every value in them stands in the raw message too. What is
// kept is the shape (`{"interfaces":["%s"],"new_state":"%s"}`, one of a few hundred) and where the
// values stand; a view puts them together with printf(). Pure; one object per thread.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace netlogd::follow {

class FieldShape {
 public:
  static constexpr std::size_t max_pieces = 8;

  // `json` is an object of ours, `raw` the raw message. False: keep the JSON as it is.
  [[nodiscard]] bool take_apart(std::string_view json, std::string_view raw);

  // The format for printf(), and its arguments: four pieces in each number, 16 bits each, the first
  // one lowest: 9 bits from (1-based), 7 bits length.
  [[nodiscard]] std::string_view format() const noexcept { return format_; }
  [[nodiscard]] std::int64_t packed(std::size_t half) const noexcept;
  [[nodiscard]] std::size_t pieces() const noexcept { return count_; }

 private:
  bool add_value(std::string_view text, std::string_view raw);

  std::string format_;
  std::array<std::uint16_t, max_pieces> pieces_{};
  std::size_t count_ = 0;
  std::size_t search_from_ = 0;
  bool is_cut_ = false;
};

}  // namespace netlogd::follow
