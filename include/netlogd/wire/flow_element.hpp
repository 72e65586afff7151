// The information elements of IPFIX and NetFlow v9 (RFC 7012): what a field of a template is called
// and how its octets read. Loaded from config/knowledge/ipfix_elements.csv and the user's files;
// immutable afterwards, any thread.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/named_text.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::wire {

enum class ElementType : std::uint8_t {
  octet_array,
  unsigned_number,
  signed_number,
  real,
  boolean,
  mac_address,
  string,
  ipv4_address,
  ipv6_address,
  time_seconds,
  time_milliseconds,
  time_microseconds,
  time_nanoseconds,
  basic_list,  // RFC 6313
};

struct FlowElement {
  std::uint32_t enterprise = 0;
  std::uint16_t number = 0;
  ElementType type = ElementType::octet_array;
  std::string name;  // letters, digits and '_' only: needs no escape in JSON
};

class FlowElements {
 public:
  // RFC 5103, 6.1: the element of the opposite direction has this enterprise number.
  static constexpr std::uint32_t reverse_enterprise = 29305;

  // Lines `enterprise,number,name,type`; '#' begins a comment. A later line overrides an earlier
  // one.
  [[nodiscard]] static Result<FlowElements> load(std::span<const NamedText> files);

  // nullptr: nobody has told us of it. Valid as long as the table.
  [[nodiscard]] const FlowElement* find(std::uint32_t enterprise,
                                        std::uint16_t number) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return elements_.size(); }

 private:
  std::vector<FlowElement> elements_;  // sorted by enterprise, then number
};

}  // namespace netlogd::wire
