// The seam to the vendors: src/parse/vendors/ has a file for each, the VENDORS list in
// src/parse/CMakeLists.txt puts them in match order. See docs/adding-a-vendor.md. Pure, any thread.

#pragma once

#include <span>
#include <string_view>

#include "netlogd/core/names.hpp"
#include "netlogd/parse/record_builder.hpp"
#include "netlogd/wire/syslog.hpp"

namespace netlogd::parse {

struct VendorParser {
  std::string_view name;   // RECORD.md's `vendor`
  std::string_view maker;  // device.vendor of a device that the inventory does not know
  bool (*matches)(const wire::SyslogMessage&) noexcept = nullptr;
  ParseStatus (*parse)(const wire::SyslogMessage&, RecordBuilder&) = nullptr;
  // Of a message with a tag, matches() and parse() look at nothing but its header, and at no number
  // in it but the severity, which is the tag's where there is no priority. Such messages need not
  // be asked about again (src/parse/vendor_memory.hpp).
  bool by_header = false;
};

// T has `name`, `matches` and `parse`, and may have `maker` and `by_header`.
template <typename T>
constexpr VendorParser vendor_parser() noexcept {
  VendorParser parser{.name = T::name, .matches = &T::matches, .parse = &T::parse};
  if constexpr (requires { T::maker; }) parser.maker = T::maker;
  if constexpr (requires { T::by_header; }) parser.by_header = T::by_header;
  return parser;
}

// All vendors, the most particular first. The table is generated from the list.
[[nodiscard]] std::span<const VendorParser> vendor_parsers() noexcept;

}  // namespace netlogd::parse
