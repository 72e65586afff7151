#include "parse/flow_writer.hpp"

#include <charconv>
#include <cstring>

#include "netlogd/parse/record_head.hpp"

namespace netlogd::parse {
namespace {

using wire::AddressColumn;
using wire::ElementType;
using wire::FlowColumns;
using wire::NumberColumn;

// More than the keys, numbers, addresses and times of one record can take, the heads not counted.
constexpr std::size_t max_columns_text = 1536;

template <std::size_t N>
char* put(char* out, const char (&literal)[N]) noexcept {
  std::memcpy(out, literal, N - 1);
  return out + (N - 1);
}

char* put(char* out, std::string_view text) noexcept {
  if (text.empty()) return out;
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put_number(char* out, std::uint64_t value) noexcept {
  if (value < 10) {
    *out = static_cast<char>('0' + value);
    return out + 1;
  }
  return std::to_chars(out, out + 20, value).ptr;
}

char* put_column(char* out, const FlowColumns& columns, NumberColumn column) noexcept {
  return columns.has(column) ? put_number(out, columns.get(column)) : put(out, "null");
}

char* put_column(char* out, const FlowColumns& columns, AddressColumn column) noexcept {
  if (!columns.has(column)) return put(out, "null");
  *out++ = '"';
  out += columns.get(column).format(out);
  *out++ = '"';
  return out;
}

char* put_two(char* out, unsigned value) noexcept {
  out[0] = static_cast<char>('0' + value / 10);
  out[1] = static_cast<char>('0' + value % 10);
  return out + 2;
}

char* put_digits(char* out, std::uint32_t value, int width) noexcept {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

// Milliseconds from the first to the last packet; false where nothing says so.
bool duration_of(const FlowColumns& columns, std::uint64_t& milliseconds) noexcept {
  if (columns.has(NumberColumn::first_switched) && columns.has(NumberColumn::last_switched)) {
    milliseconds = static_cast<std::uint32_t>(columns.get(NumberColumn::last_switched) -
                                              columns.get(NumberColumn::first_switched));
    return true;
  }
  if (columns.has(NumberColumn::duration_us)) {
    milliseconds = columns.get(NumberColumn::duration_us) / 1000;
    return true;
  }
  if (!columns.has_start || !columns.has_end || columns.end < columns.start) return false;
  // As unsigned numbers: the distance of the two ends of time does not fit the signed ones.
  milliseconds = (static_cast<std::uint64_t>(columns.end.time_since_epoch().count()) -
                  static_cast<std::uint64_t>(columns.start.time_since_epoch().count())) /
                 1'000'000;
  return true;
}

}  // namespace

void FlowWriter::begin_datagram(const FlowHead& head) {
  head_.clear();
  JsonWriter json(head_);
  write_record_head(json, Stream::flow, *head.message, head.device, {}, {});
  json.raw(",\"exporter_ip\":");
  json.address(head.message->source.address);
  json.raw(",\"flow_version\":");
  json.raw(head.version);
  json.raw(",\"src_ip\":");

  middle_.clear();
  JsonWriter middle(middle_);
  middle.raw(",\"flow_sequence\":");
  middle.number(head.sequence);
  middle.raw(",\"engine_type\":");

  common_.clear();
  common_.append(head.common_fields);

  tail_.clear();
  if (!head.has_uptime) return;
  JsonWriter tail(tail_);
  tail.raw(",\"sys_uptime_ms\":");
  tail.number(head.uptime_ms);
}

void FlowWriter::begin_record(TextBatch& out, const FlowColumns& columns) {
  using enum NumberColumn;
  out.begin_record();
  out_ = &out;
  TextBuffer& text = out.text();
  char* const begin = text.room(head_.size() + middle_.size() + common_.size() + max_columns_text);
  char* at = put(begin, head_.view());
  at = put_column(at, columns, AddressColumn::src_ip);
  at = put_column(put(at, ",\"dst_ip\":"), columns, AddressColumn::dst_ip);
  at = put_column(put(at, ",\"next_hop\":"), columns, AddressColumn::next_hop);
  at = put_column(put(at, ",\"src_port\":"), columns, src_port);
  at = put_column(put(at, ",\"dst_port\":"), columns, dst_port);
  at = put_column(put(at, ",\"protocol\":"), columns, protocol);
  at = put_column(put(at, ",\"tcp_flags\":"), columns, tcp_flags);
  at = put_column(put(at, ",\"tos\":"), columns, tos);
  at = put_column(put(at, ",\"packets\":"), columns, packets);
  at = put_column(put(at, ",\"bytes\":"), columns, bytes);
  at = put_column(put(at, ",\"input_interface\":"), columns, input_interface);
  at = put_column(put(at, ",\"output_interface\":"), columns, output_interface);
  at = put_column(put(at, ",\"src_as\":"), columns, src_as);
  at = put_column(put(at, ",\"dst_as\":"), columns, dst_as);
  at = put_column(put(at, ",\"src_mask\":"), columns, src_mask);
  at = put_column(put(at, ",\"dst_mask\":"), columns, dst_mask);
  at = put(at, ",\"start_time\":");
  at = columns.has_start ? put_time(at, columns.start) : put(at, "null");
  at = put(at, ",\"end_time\":");
  at = columns.has_end ? put_time(at, columns.end) : put(at, "null");
  std::uint64_t duration = 0;
  at = put(at, ",\"duration_ms\":");
  at = duration_of(columns, duration) ? put_number(at, duration) : put(at, "null");
  at = put_number(put(at, ",\"sampling_interval\":"), columns.or_zero(sampling_interval));
  at = put_column(put(at, middle_.view()), columns, engine_type);
  at = put_column(put(at, ",\"engine_id\":"), columns, engine_id);
  at = put(at, ",\"extracted_fields\":{");
  at = put(at, common_.view());
  has_fields_ = common_.size() > 0;
  text.commit(static_cast<std::size_t>(at - begin));
}

void FlowWriter::end_record(const FlowColumns& columns, std::string_view flow_type) {
  using enum NumberColumn;
  TextBuffer& text = out_->text();
  char* const begin = text.room(tail_.size() + flow_type.size() + 256);
  char* at = put(begin, "}");
  if (!flow_type.empty()) {
    at = put(at, ",\"flow_type\":\"");
    at = put(put(at, flow_type), "\"");
  }
  if (columns.has(sampling_mode))
    at = put_number(put(at, ",\"sampling_mode\":"), columns.get(sampling_mode));
  at = put(at, tail_.view());
  if (columns.has(first_switched))
    at = put_number(put(at, ",\"first_switched_ms\":"), columns.get(first_switched));
  if (columns.has(last_switched))
    at = put_number(put(at, ",\"last_switched_ms\":"), columns.get(last_switched));
  text.commit(static_cast<std::size_t>(at - begin));
  out_->end_record();
  out_ = nullptr;
}

// Microseconds, rounded down; nanoseconds where there are any that do not fit.
char* FlowWriter::put_time(char* out, TimePoint instant) noexcept {
  const auto days = std::chrono::floor<std::chrono::days>(instant);
  if (days.time_since_epoch().count() != day_) {
    day_ = days.time_since_epoch().count();
    const CivilTime civil = to_civil(day_ * 86400);
    char* at = put_digits(day_text_, static_cast<std::uint32_t>(civil.year), 4);
    *at++ = '-';
    at = put_two(at, static_cast<unsigned>(civil.month));
    *at++ = '-';
    at = put_two(at, static_cast<unsigned>(civil.day));
    *at = 'T';
  }
  const auto since_midnight = static_cast<std::uint64_t>((instant - days).count());
  const auto seconds = static_cast<std::uint32_t>(since_midnight / 1'000'000'000);
  const auto nanoseconds = static_cast<std::uint32_t>(since_midnight % 1'000'000'000);
  *out++ = '"';
  std::memcpy(out, day_text_, 11);
  out = put_two(out + 11, seconds / 3600);
  *out++ = ':';
  out = put_two(out, seconds / 60 % 60);
  *out++ = ':';
  out = put_two(out, seconds % 60);
  *out++ = '.';
  const auto below = nanoseconds % 1000;
  out = put_digits(out, nanoseconds / 1000, 6);
  if (below != 0) out = put_digits(out, below, 3);
  *out++ = 'Z';
  *out++ = '"';
  return out;
}

}  // namespace netlogd::parse
