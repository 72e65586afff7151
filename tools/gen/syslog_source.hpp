// Syslog of the devices behind one connection: rendered once, then copied with the current time,
// the device's counter and " seq=CONNECTION.NUMBER" at the end, so that loss and order can be
// checked.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "device.hpp"
#include "message_source.hpp"
#include "stamp.hpp"

namespace netlogd::gen {

// How a message is told from the next one; datagrams need nothing.
enum class Framing : std::uint8_t { none, newline, octet_count };

struct SyslogSourceSettings {
  std::uint32_t connection = 0;
  Framing framing = Framing::none;
  std::size_t lines = 1024;  // distinct messages to prepare
  std::uint64_t seed = 1;
};

class SyslogSource final : public MessageSource {
 public:
  SyslogSource(const std::vector<SimulatedDevice>& devices, const SyslogSourceSettings& settings);

  void set_time(TimePoint now) override { stamps_.set(now); }
  Made next(char* out) override;

 private:
  struct Line {
    std::string head;      // through the PRI
    bool counted = false;  // the device's counter and ": " stand between head and middle
    std::uint32_t device = 0;
    std::string middle;  // between counter and stamp
    StampStyle stamp = StampStyle::bsd;
    std::string tail;  // behind the stamp
  };
  static Line compose(const SimulatedDevice& device, const struct DeviceEvent& event);

  Framing framing_;
  std::string sequence_text_;  // " seq=3."
  std::vector<Line> lines_;
  std::vector<std::uint64_t> counters_;  // of each device: its messages so far
  std::size_t position_ = 0;
  std::uint64_t number_ = 0;
  Stamps stamps_;
};

}  // namespace netlogd::gen
