#include "netlogd/parse/syslog_record.hpp"

namespace netlogd::parse {

void SyslogRecordMaker::make(const RawMessage& raw, const DeviceDirectory& devices,
                             TextBatch& out) {
  if (raw.bytes.empty()) {
    out.no_record();
    return;
  }
  const auto& reading = reader_.read(raw, devices);
  auto json = out.begin_record();
  line_.write(raw, reading, json);
  out.end_record();
}

}  // namespace netlogd::parse
