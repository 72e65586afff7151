// The keys with which the records of every stream begin. Pure, any thread.

#pragma once

#include <string_view>

#include "netlogd/core/device.hpp"
#include "netlogd/core/json_text.hpp"
#include "netlogd/core/json_writer.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/raw_batch.hpp"

namespace netlogd::parse {

// Writes `,"record_type":…` through `"device":{…}`. `hostname` and `maker` are what the message
// says of its sender, for a device that is not in the inventory; both may be empty.
void write_record_head(JsonWriter& json, Stream stream, const RawMessage& message,
                       const Device* device, std::string_view hostname, std::string_view maker);
// The part of it in front of the device, at `out`, which has record_head_room.
constexpr std::size_t record_head_room = 256;
char* put_record_head(char* out, Stream stream, const RawMessage& message,
                      json_text::UtcText& received) noexcept;

}  // namespace netlogd::parse
