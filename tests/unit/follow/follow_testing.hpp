// Shared by the tests of follow: records as the three parsers write them, and a look into the
// database the way an operator takes it.

#pragma once

#include <sqlite3.h>

#include <map>
#include <string>
#include <vector>

#include "unit/journal/journal_testing.hpp"

namespace netlogd::testing {

struct LogSample {
  std::uint64_t received_us = 1'705'501'935'123'456;
  std::string device = "router-core-01";
  int severity = 5;
  std::string event = "routing_protocol_bgp";
  std::string message = "neighbor 192.168.1.2 Down Interface flap";
  std::string head = "<189>2024: Jan 17 14:32:15.234 PST: %BGP-5-ADJCHANGE: ";
};

inline std::string json_string(std::string_view text) {
  TextBuffer buffer;
  JsonWriter(buffer).string(text);
  return std::string(buffer.view());
}

inline std::string utc(std::uint64_t us, int digits = 6) {
  return utc_text(TimePoint(std::chrono::microseconds(us)), digits);
}

// Everything behind `{"id":N`, without the last brace.
inline std::string log_body(const LogSample& s = {}) {
  const auto normalized = s.received_us - 111'222;
  return R"(,"record_type":"syslog","received_at":")" + utc(s.received_us) +
         R"(","source_ip":"192.0.2.1","transport":"udp","device":{"hostname":)" + json_string(s.device) +
         R"(,"vendor":"cisco","model":"ASR-9006","role":"core","location":"DC1","site":"ny",)"
         R"("criticality":"critical"},"raw_message":)" +
         json_string(s.head + s.message) + R"(,"vendor":"cisco_ios","facility":23,"severity":)" +
         std::to_string(s.severity) +
         R"(,"severity_text":"NOTICE","timestamp":"Jan 17 14:32:15.234 PST","timestamp_normalized":")" +
         utc(normalized, 3) +
         R"(","time_quality":{"year":"sent","zone":"sent","clock":"synced"},"clock_skew_ms":)" +
         std::to_string((s.received_us - normalized / 1000 * 1000) / 1000) +
         R"(,"hostname":null,"process":null,"pid":null,"message_id":"%BGP-5-ADJCHANGE","message":)" +
         json_string(s.message) +
         R"(,"extracted_fields":{"ip_addresses":["192.168.1.2"],"bgp_neighbor":"192.168.1.2"},"event_type":)" +
         json_string(s.event) + R"(,"parse_status":"parsed")";
}

inline std::string trap_body() {
  return R"(,"record_type":"trap","received_at":"2024-01-17T14:32:15.000007Z","source_ip":"192.0.2.9",)"
         R"("transport":"udp","device":{"hostname":"sw1","vendor":"arista","model":"unknown","role":"unknown",)"
         R"("location":"unknown","site":"unknown","criticality":"unknown"},"version":"v2c","inform":false,)"
         R"("trap_type":"1.3.6.1.6.3.1.1.5.3","trap_name":"linkDown","uptime_ms":123450,"varbinds":[{"oid":)"
         R"("1.3.6.1.2.1.2.2.1.1.3","name":"ifIndex.3","type":"INTEGER","value":"3"}],"extracted_fields":)"
         R"({"interfaces":["Ethernet3"]},"event_type":"interface_down","severity":3,"parse_status":"parsed")";
}

inline std::string flow_body() {
  return R"(,"record_type":"flow","received_at":"2024-01-17T14:32:15.000007Z","source_ip":"2001:db8::1",)"
         R"("transport":"udp","device":{"hostname":"edge","vendor":"unknown","model":"unknown","role":"unknown",)"
         R"("location":"unknown","site":"unknown","criticality":"unknown"},"exporter_ip":"2001:db8::1",)"
         R"("flow_version":5,"src_ip":"10.0.0.1","dst_ip":"10.0.0.2","next_hop":null,"src_port":443,)"
         R"("dst_port":50000,"protocol":6,"tcp_flags":27,"tos":0,"packets":10,"bytes":18446744073709,)"
         R"("input_interface":1,"output_interface":2,"src_as":65000,"dst_as":65001,"src_mask":24,"dst_mask":16,)"
         R"("start_time":"2024-01-17T14:31:15.100000Z","end_time":"2024-01-17T14:32:14.900000Z",)"
         R"("duration_ms":59800,"sampling_interval":0,"flow_sequence":77,"engine_type":0,"engine_id":0,)"
         R"("extracted_fields":{},"sys_uptime_ms":100000,"first_switched_ms":40000,"last_switched_ms":99800)";
}

inline TextBatch batch_of(journal::Journal& journal, Stream stream,
                          const std::vector<std::string>& bodies) {
  TextBatch batch;
  batch.reset(journal.id_digits(stream));
  batch.stream = stream;
  for (const auto& body : bodies) {
    batch.begin_record().raw(body);
    batch.end_record();
  }
  return batch;
}

// Opens the file read-only and asks; every value as text, NULL as "NULL". A fault is the only cell.
inline std::vector<std::vector<std::string>> query(const std::string& file,
                                                   const std::string& sql) {
  sqlite3* database = nullptr;
  std::vector<std::vector<std::string>> rows;
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
    rows = {{"cannot open"}};
  } else {
    sqlite3_busy_timeout(database, 5000);
    char* fault = nullptr;
    sqlite3_exec(
        database, sql.c_str(),
        [](void* out, int columns, char** values, char**) {
          auto& row = static_cast<std::vector<std::vector<std::string>>*>(out)->emplace_back();
          for (int i = 0; i < columns; ++i)
            row.emplace_back(values[i] != nullptr ? values[i] : "NULL");
          return 0;
        },
        &rows, &fault);
    if (fault != nullptr) rows = {{fault}};
    sqlite3_free(fault);
  }
  sqlite3_close(database);
  return rows;
}

inline std::string ask(const std::string& file, const std::string& sql) {
  const auto rows = query(file, sql);
  return rows.empty() || rows[0].empty() ? std::string("no row") : rows[0][0];
}

// The lines of all segments, by id.
inline std::map<std::uint64_t, std::string> stored_lines(const std::string& data_dir,
                                                         Stream stream) {
  std::map<std::uint64_t, std::string> lines;
  const auto segments = journal::list_segments(system_files(), data_dir, stream);
  if (!segments) return lines;
  for (const auto& segment : *segments) {
    auto file = journal::SegmentFile::open(system_files(), segment.path,
                                           segment.name.form == journal::SegmentForm::gzip);
    if (!file) continue;
    std::string block(1 << 16, '\0');
    std::string all;
    for (std::uint64_t offset = 0;;) {
      const auto got = file->read_at(block, offset);
      if (!got || *got == 0) break;
      all.append(block, 0, *got);
      offset += *got;
    }
    for (std::size_t start = 0, end = 0; (end = all.find('\n', start)) != std::string::npos;
         start = end + 1) {
      const auto line = all.substr(start, end - start);
      lines[journal::record_id(line)] = line;
    }
  }
  return lines;
}

}  // namespace netlogd::testing
