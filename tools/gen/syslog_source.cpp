#include "syslog_source.hpp"

#include <fmt/format.h>

#include <cassert>
#include <charconv>
#include <cstring>

#include "device_events.hpp"

namespace netlogd::gen {
namespace {

std::size_t digits(std::uint64_t number) noexcept {
  std::size_t count = 1;
  while (number >= 10) {
    number /= 10;
    ++count;
  }
  return count;
}

char* put(char* out, std::string_view text) noexcept {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put(char* out, std::uint64_t number) noexcept {
  return std::to_chars(out, out + 20, number).ptr;
}

std::string process_and_pid(const DeviceEvent& event) {
  return event.pid == 0 ? event.process : fmt::format("{}[{}]", event.process, event.pid);
}

std::string rfc5424_tail(const SimulatedDevice& device, const DeviceEvent& event,
                         std::string_view message_id) {
  return fmt::format(" {} {} {} {} {} {}", device.hostname,
                     event.process.empty() ? "-" : event.process,
                     event.pid == 0 ? "-" : std::to_string(event.pid), message_id,
                     event.parameters.empty() ? "-" : event.parameters, event.text);
}

constexpr int local7 = 23;
constexpr int local4 = 20;
constexpr int daemon = 3;

}  // namespace

SyslogSource::SyslogSource(const std::vector<SimulatedDevice>& devices,
                           const SyslogSourceSettings& settings)
    : framing_(settings.framing),
      sequence_text_(fmt::format(" seq={}.", settings.connection)),
      counters_(devices.size()) {
  assert(!devices.empty());
  Random random(settings.seed * 7919 + settings.connection);
  DeviceEvents events;
  while (lines_.size() < settings.lines) {
    const auto device = random.below(static_cast<std::uint32_t>(devices.size()));
    events.clear();
    add_episode(devices[device], random, events);
    for (const auto& event : events) {
      auto& line = lines_.emplace_back(compose(devices[device], event));
      line.device = device;
      assert(line.head.size() + line.middle.size() + line.tail.size() + 128 < max_message);
    }
  }
}

SyslogSource::Line SyslogSource::compose(const SimulatedDevice& device, const DeviceEvent& event) {
  const auto pri = [&event](int facility) {
    return fmt::format("<{}>", facility * 8 + event.severity);
  };
  Line line{.head = pri(local7), .stamp = device.stamp};
  switch (device.family) {
    case Family::ios:
      line.counted = device.numbers_messages;
      if (device.names_itself) line.middle = device.hostname + ": ";
      line.tail = fmt::format(": %{}: {}", event.tag, event.text);
      break;
    case Family::xr:
      line.counted = device.numbers_messages;
      line.middle = fmt::format("{} RP/0/RSP0/CPU0:", device.hostname);
      line.tail = fmt::format(": {}: %{} : {}", process_and_pid(event), event.tag, event.text);
      break;
    case Family::nxos:
      if (!device.names_itself) line.middle = ": ";
      line.tail = device.names_itself
                      ? fmt::format(" {} %{}: {}", device.hostname, event.tag, event.text)
                      : fmt::format(": %{}: {}", event.tag, event.text);
      break;
    case Family::asa:
      line.head = pri(local4);
      line.tail = device.names_itself ? fmt::format(" {} : ", device.hostname) : std::string(": ");
      line.tail += fmt::format("%ASA-{}-{}: {}", event.severity, event.tag, event.text);
      break;
    case Family::junos:
      line.head = pri(daemon);
      line.tail = fmt::format("  {} {}: {}: {}", device.hostname, process_and_pid(event), event.tag,
                              event.text);
      break;
    case Family::junos5424:
      line.head = pri(daemon) + "1 ";
      line.tail = rfc5424_tail(device, event, event.tag);
      break;
    case Family::eos:
      line.tail =
          fmt::format(" {} {}: %{}: {}", device.hostname, event.process, event.tag, event.text);
      break;
    case Family::rfc3164:
      line.head = pri(daemon);
      line.tail = fmt::format(" {} {}: {}", device.hostname, process_and_pid(event), event.text);
      break;
    case Family::rfc5424:
      line.head = pri(daemon) + "1 ";
      line.tail = rfc5424_tail(device, event, "-");
      break;
  }
  return line;
}

Made SyslogSource::next(char* out) {
  const auto& line = lines_[position_];
  position_ = position_ + 1 == lines_.size() ? 0 : position_ + 1;
  ++number_;
  const auto counter = ++counters_[line.device];

  const auto stamp = stamps_.of(line.stamp);
  auto* at = out;
  if (framing_ == Framing::octet_count) {
    const auto length = line.head.size() + (line.counted ? digits(counter) + 2 : 0) +
                        line.middle.size() + stamp.size() + line.tail.size() +
                        sequence_text_.size() + digits(number_);
    at = put(put(at, length), " ");
  }
  at = put(at, line.head);
  if (line.counted) at = put(put(at, counter), ": ");
  at = put(at, line.middle);
  at = put(at, stamp);
  at = put(at, line.tail);
  at = put(at, sequence_text_);
  at = put(at, number_);
  if (framing_ == Framing::newline) *at++ = '\n';
  return {.bytes = static_cast<std::size_t>(at - out), .records = 1};
}

}  // namespace netlogd::gen
