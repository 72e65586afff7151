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
};

// T has `name`, `matches` and `parse`, and may have `maker`.
template <typename T>
constexpr VendorParser vendor_parser() noexcept {
  VendorParser parser{T::name, {}, &T::matches, &T::parse};
  if constexpr (requires { T::maker; }) parser.maker = T::maker;
  return parser;
}

// All vendors, the most particular first. The table is generated from the list.
[[nodiscard]] std::span<const VendorParser> vendor_parsers() noexcept;

}  // namespace netlogd::parse
