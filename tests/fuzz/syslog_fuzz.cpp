// The whole syslog path: octets to a record that is one line of JSON with the raw text in it. A
// parser that remembers headers must read what the grammar reads.

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "netlogd/parse/explain.hpp"
#include "netlogd/parse/syslog_record.hpp"
#include "support/syslog_message_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace netlogd;
  static const auto tables = [] {
    auto made = std::make_shared<parse::SyslogTables>();
    const NamedText zones[] = {{"zones", "CET,+01:00,\nCST,-06:00 +08:00,\n"}};
    made->zones = parse::ZoneTable::load(zones).value();
    return made;
  }();
  static parse::SyslogRecordMaker maker(tables);
  static parse::SyslogReader reader(tables);
  static TextBatch batch;
  static const EmptyDirectory devices;
  RawMessage raw;
  raw.bytes = {data, size};
  raw.received = TimePoint(std::chrono::seconds(1705501935));
  batch.reset(3);
  maker.make(raw, devices, batch);
  const auto line = batch.text().view();
  if (size == 0 ? !line.empty() : line.find('\n') != line.size() - 1) std::abort();
  for (const auto& field : parse::explain(raw, reader.read(raw, devices)))
    if (field.begin != field.nowhere && (field.begin > field.end || field.end > size)) std::abort();
  static wire::SyslogParser parser;
  static wire::SyslogMessage remembered;
  static wire::SyslogMessage read;
  parser.parse(raw.text(), remembered);
  wire::parse_syslog(raw.text(), read);
  if (test::text_of(remembered) != test::text_of(read)) std::abort();
  return 0;
}
