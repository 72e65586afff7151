// The keys of a flow record behind its device, in the contract's order; each is a column of its
// own.

#pragma once

#include <array>
#include <string_view>

namespace netlogd::follow {

constexpr std::array<std::string_view, 24> flow_columns = {
    "flow_version",     "src_ip",      "dst_ip",
    "next_hop",         "src_port",    "dst_port",
    "protocol",         "tcp_flags",   "tos",
    "packets",          "bytes",       "input_interface",
    "output_interface", "src_as",      "dst_as",
    "src_mask",         "dst_mask",    "start_time",
    "end_time",         "duration_ms", "sampling_interval",
    "flow_sequence",    "engine_type", "engine_id"};
// Behind extracted_fields, in this order, those that a record has.
constexpr std::array<std::string_view, 5> flow_late_columns = {
    "flow_type", "sampling_mode", "sys_uptime_ms", "first_switched_ms", "last_switched_ms"};
constexpr std::size_t flow_start_time = 17;
constexpr std::size_t flow_end_time = 18;

}  // namespace netlogd::follow
