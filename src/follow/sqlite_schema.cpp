#include "follow/sqlite_schema.hpp"

#include <initializer_list>
#include <utility>

#include "follow/flow_columns.hpp"

namespace netlogd::follow {
namespace {

// Replaces every `@name@` by its text.
std::string fill(std::string text,
                 std::initializer_list<std::pair<std::string_view, std::string>> words) {
  for (const auto& [name, value] : words) {
    const std::string mark = "@" + std::string(name) + "@";
    for (auto at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size())) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

// ISO 8601 of a count of microseconds or milliseconds.
std::string utc_us(const std::string& us) {
  return "strftime('%Y-%m-%dT%H:%M:%S', " + us + "/1000000, 'unixepoch')||printf('.%06dZ', " + us +
         "%1000000)";
}
std::string utc_ms(const std::string& ms) {
  return "strftime('%Y-%m-%dT%H:%M:%S', " + ms + "/1000, 'unixepoch')||printf('.%03dZ', " + ms +
         "%1000)";
}

// A time that row_codes.cpp has encoded as a difference to the reception.
std::string decoded_time(const std::string& column) {
  return "CASE typeof(l." + column + ") WHEN 'integer' THEN CASE l." + column + "&3 WHEN 0 THEN " +
         utc_ms("(l.received_us/1000-(l." + column + ">>2))") + " ELSE " +
         utc_us("(l.received_us-(l." + column + ">>2))") + " END ELSE l." + column + " END";
}

// What field_shapes.cpp has taken apart.
std::string extracted_fields() {
  std::string pieces;
  for (const std::string column : {"l.pieces", "l.more_pieces"}) {
    for (int bit = 0; bit < 64; bit += 16) {
      pieces += ", substr(l.raw, " + column + ">>" + std::to_string(bit) + " & 511, " + column +
                ">>" + std::to_string(bit + 9) + " & 127)";
    }
  }
  return "CASE typeof(l.extracted) WHEN 'integer' THEN printf((SELECT format FROM field_shapes "
         "WHERE id = l.extracted)" +
         pieces + ") ELSE ifnull(l.extracted, '{}') END";
}

// A message that is a piece of the raw one: from, and if it does not reach the end, length << 20.
constexpr std::string_view message =
    "CASE typeof(l.message) WHEN 'integer' THEN substr(l.raw, l.message & 1048575, "
    "CASE l.message>>20 WHEN 0 THEN 1073741824 ELSE l.message>>20 END) ELSE l.message END";

std::string clock_skew() {
  const std::string normalized_us =
      "CASE l.normalized&3 WHEN 0 THEN (l.received_us/1000-(l.normalized>>2))*1000 "
      "ELSE l.received_us-(l.normalized>>2) END";
  const std::string difference = "(l.received_us-(" + normalized_us + "))";
  // A division that rounds down, as the journal's writer does.
  return "CASE l.skew WHEN 0 THEN (" + difference + "-(" + difference +
         "%1000+1000)%1000)/1000 ELSE CAST(l.skew AS INTEGER) END";
}

constexpr std::string_view shared_tables = R"sql(
CREATE TABLE netlogd_state(
  stream INTEGER PRIMARY KEY,  -- 0 syslog, 1 trap, 2 flow
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, last_id INTEGER NOT NULL,
  text_indexed_id INTEGER NOT NULL DEFAULT 0, counted_id INTEGER NOT NULL DEFAULT 0);
INSERT INTO netlogd_state(stream, segment, offset, last_id) VALUES(0,0,0,0),(1,0,0,0),(2,0,0,0);
CREATE TABLE event_names(id INTEGER PRIMARY KEY, name TEXT UNIQUE, seen_day INTEGER NOT NULL);
INSERT INTO event_names VALUES(0, NULL, 1000000);  -- a record without one
CREATE TABLE hosts(id INTEGER PRIMARY KEY, name TEXT UNIQUE, seen_day INTEGER NOT NULL);
INSERT INTO hosts VALUES(0, NULL, 1000000);
CREATE TABLE sources(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL, json TEXT NOT NULL,
  source_ip, transport, relay_ip, hostname, device_hostname,
  device_vendor, device_model, device_role, device_location, device_site, device_criticality);
CREATE TABLE source_counts(
  period INTEGER NOT NULL,  -- of five minutes since 1970, by reception; two days are kept
  source_id INTEGER NOT NULL, stream INTEGER NOT NULL, records INTEGER NOT NULL, last_us INTEGER NOT NULL,
  PRIMARY KEY(period, source_id, stream)) WITHOUT ROWID;
)sql";

// Where a record comes from; the same in the three views.
constexpr std::string_view source_columns = R"sql(
  l.id AS id,
  '@stream@' AS record_type,
  l.received_at AS received_at,
  l.received_us AS received_us,
  (SELECT source_ip FROM sources WHERE id = l.source_id) AS source_ip,
  (SELECT transport FROM sources WHERE id = l.source_id) AS transport,
  (SELECT relay_ip FROM sources WHERE id = l.source_id) AS relay_ip,
  h.name AS device_hostname,
  (SELECT device_vendor FROM sources WHERE id = l.source_id) AS device_vendor,
  (SELECT device_model FROM sources WHERE id = l.source_id) AS device_model,
  (SELECT device_role FROM sources WHERE id = l.source_id) AS device_role,
  (SELECT device_location FROM sources WHERE id = l.source_id) AS device_location,
  (SELECT device_site FROM sources WHERE id = l.source_id) AS device_site,
  (SELECT device_criticality FROM sources WHERE id = l.source_id) AS device_criticality,)sql";

constexpr std::string_view json_head =
    R"sql('{"id":'||l.id||',"record_type":"@stream@","received_at":"'||l.received_at||'",'||)sql"
    R"sql((SELECT json FROM sources WHERE id = l.source_id))sql";

constexpr std::string_view log_tables = R"sql(
CREATE TABLE log_kinds(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL, vendor, facility, severity,
  severity_text, time_quality, process, message_id, node, event_type, parse_status);
CREATE TABLE field_shapes(id INTEGER PRIMARY KEY, format TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL);
CREATE TABLE log_rows(
  id INTEGER PRIMARY KEY, received_us INTEGER NOT NULL, received_at TEXT NOT NULL,
  host_id INTEGER NOT NULL, host_bucket INTEGER NOT NULL, source_id INTEGER, kind_id INTEGER,
  event_id INTEGER NOT NULL, severity INTEGER, normalized, timestamp, message, skew, pid, sequence,
  extracted, pieces, more_pieces, structured, raw, whole);
CREATE INDEX log_rows_by_host ON log_rows(host_bucket, id, host_id);
CREATE INDEX log_rows_by_event ON log_rows(event_id, id, host_id, host_bucket);
CREATE INDEX log_rows_by_received_us ON log_rows(
  received_us, event_id, host_id, host_bucket, kind_id, severity);
CREATE INDEX log_rows_by_received_at ON log_rows(received_at, event_id, host_id, host_bucket);
CREATE INDEX log_rows_severe ON log_rows(id) WHERE severity <= 3;
CREATE TABLE hour_counts(
  hour INTEGER NOT NULL,  -- since 1970, by reception
  source_id INTEGER NOT NULL, kind_id INTEGER NOT NULL, records INTEGER NOT NULL,
  first_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
  PRIMARY KEY(hour, source_id, kind_id)) WITHOUT ROWID;
CREATE VIEW log_hours AS SELECT
  c.hour AS hour,
  c.hour*3600000000 AS received_us,
  strftime('%Y-%m-%dT%H:%M:%SZ', c.hour*3600, 'unixepoch') AS received_at,
  c.records AS records,
  s.source_ip AS source_ip,
  s.transport AS transport,
  s.relay_ip AS relay_ip,
  s.hostname AS hostname,
  s.device_hostname AS device_hostname,
  s.device_vendor AS device_vendor,
  s.device_model AS device_model,
  s.device_role AS device_role,
  s.device_location AS device_location,
  s.device_site AS device_site,
  s.device_criticality AS device_criticality,
  k.vendor AS vendor,
  k.facility AS facility,
  k.severity AS severity,
  k.severity_text AS severity_text,
  k.process AS process,
  k.message_id AS message_id,
  k.node AS node,
  k.event_type AS event_type,
  k.parse_status AS parse_status,
  c.first_id AS first_id,
  c.last_id AS last_id,
  c.kind_id AS kind_id,
  (SELECT id FROM hosts WHERE name IS s.device_hostname) AS host_id
FROM hour_counts c LEFT JOIN sources s ON s.id = c.source_id LEFT JOIN log_kinds k ON k.id = c.kind_id;
)sql";

// Only the event type and the device are joins, because people ask and count by them. Whatever else
// a row refers to is looked up only where it is wanted, so that an index alone answers what needs
// no more.
constexpr std::string_view log_view = R"sql(
CREATE VIEW logs AS SELECT@source_columns@
  l.raw AS raw_message,
  CASE WHEN l.whole IS NOT NULL AND json_valid(l.whole) THEN json_extract(l.whole, '$.truncated') END AS truncated,
  CASE WHEN l.whole IS NOT NULL AND json_valid(l.whole) THEN json_extract(l.whole, '$.raw_base64') END AS raw_base64,
  (SELECT vendor FROM log_kinds WHERE id = l.kind_id) AS vendor,
  (SELECT facility FROM log_kinds WHERE id = l.kind_id) AS facility,
  l.severity AS severity,
  (SELECT severity_text FROM log_kinds WHERE id = l.kind_id) AS severity_text,
  @timestamp@ AS timestamp,
  @normalized@ AS timestamp_normalized,
  (SELECT nullif(time_quality, 'null') FROM log_kinds WHERE id = l.kind_id) AS time_quality,
  @skew@ AS clock_skew_ms,
  (SELECT hostname FROM sources WHERE id = l.source_id) AS hostname,
  (SELECT process FROM log_kinds WHERE id = l.kind_id) AS process,
  l.pid AS pid,
  (SELECT message_id FROM log_kinds WHERE id = l.kind_id) AS message_id,
  l.sequence AS sequence,
  (SELECT node FROM log_kinds WHERE id = l.kind_id) AS node,
  @message@ AS message,
  l.structured AS structured_data,
  @extracted@ AS extracted_fields,
  e.name AS event_type,
  (SELECT parse_status FROM log_kinds WHERE id = l.kind_id) AS parse_status,
  CASE WHEN l.whole IS NOT NULL THEN l.whole ELSE
    @json_head@||',"raw_message":'||json_quote(l.raw)||
    (SELECT ',"vendor":'||json_quote(vendor)||',"facility":'||json_quote(facility)||',"severity":'||
            json_quote(severity)||',"severity_text":'||json_quote(severity_text)
       FROM log_kinds WHERE id = l.kind_id)||
    ',"timestamp":'||json_quote(@timestamp@)||',"timestamp_normalized":'||json_quote(@normalized@)||
    ',"time_quality":'||(SELECT time_quality FROM log_kinds WHERE id = l.kind_id)||
    ',"clock_skew_ms":'||json_quote(@skew@)||
    ',"hostname":'||(SELECT json_quote(hostname) FROM sources WHERE id = l.source_id)||
    ',"process":'||(SELECT json_quote(process) FROM log_kinds WHERE id = l.kind_id)||
    ',"pid":'||json_quote(l.pid)||
    ',"message_id":'||(SELECT json_quote(message_id) FROM log_kinds WHERE id = l.kind_id)||
    CASE WHEN l.sequence IS NULL THEN '' ELSE ',"sequence":'||json_quote(l.sequence) END||
    (SELECT CASE WHEN node IS NULL THEN '' ELSE ',"node":'||json_quote(node) END
       FROM log_kinds WHERE id = l.kind_id)||
    ',"message":'||json_quote(@message@)||
    CASE WHEN l.structured IS NULL THEN '' ELSE ',"structured_data":'||l.structured END||
    ',"extracted_fields":'||@extracted@||
    (SELECT ',"event_type":'||json_quote(event_type)||',"parse_status":'||json_quote(parse_status)
       FROM log_kinds WHERE id = l.kind_id)||'}'
  END AS raw_json
FROM log_rows l JOIN event_names e ON e.id = l.event_id@joined_host@;
)sql";

constexpr std::string_view trap_schema = R"sql(
CREATE TABLE trap_kinds(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL, version, trap_type, trap_name);
CREATE TABLE trap_rows(
  id INTEGER PRIMARY KEY, received_us INTEGER NOT NULL, received_at TEXT NOT NULL,
  host_id INTEGER NOT NULL, host_bucket INTEGER NOT NULL, source_id INTEGER, kind_id INTEGER,
  event_id INTEGER NOT NULL, severity INTEGER, body, whole);
CREATE INDEX trap_rows_by_host ON trap_rows(host_bucket, id, host_id);
CREATE INDEX trap_rows_by_event ON trap_rows(event_id, id, host_id, host_bucket);
CREATE INDEX trap_rows_by_received_us ON trap_rows(
  received_us, event_id, host_id, host_bucket, kind_id, severity);
CREATE INDEX trap_rows_by_received_at ON trap_rows(received_at, event_id, host_id, host_bucket);
CREATE INDEX trap_rows_severe ON trap_rows(id) WHERE severity <= 3;
CREATE VIEW traps AS SELECT@source_columns@
  (SELECT version FROM trap_kinds WHERE id = l.kind_id) AS version,
  @inform@ AS inform,
  (SELECT trap_type FROM trap_kinds WHERE id = l.kind_id) AS trap_type,
  (SELECT trap_name FROM trap_kinds WHERE id = l.kind_id) AS trap_name,
  @enterprise@ AS enterprise,
  @agent_address@ AS agent_address,
  @uptime_ms@ AS uptime_ms,
  @security_name@ AS security_name,
  @security_level@ AS security_level,
  @varbinds@ AS varbinds,
  @extracted_fields@ AS extracted_fields,
  e.name AS event_type,
  l.severity AS severity,
  @raw_base64@ AS raw_base64,
  @parse_status@ AS parse_status,
  CASE WHEN l.whole IS NOT NULL THEN l.whole ELSE @json_head@||','||l.body||'}' END AS raw_json
FROM trap_rows l JOIN event_names e ON e.id = l.event_id@joined_host@;
)sql";

constexpr std::string_view flow_schema = R"sql(
CREATE TABLE flow_rows(
  id INTEGER PRIMARY KEY, received_us INTEGER NOT NULL, received_at TEXT NOT NULL,
  host_id INTEGER NOT NULL, host_bucket INTEGER NOT NULL, source_id INTEGER@columns@, extracted, whole);
CREATE INDEX flow_rows_by_host ON flow_rows(host_bucket, id, host_id);
CREATE INDEX flow_rows_by_received_us ON flow_rows(received_us, host_id, host_bucket, source_id);
CREATE INDEX flow_rows_by_received_at ON flow_rows(received_at, host_id, host_bucket);
CREATE VIEW flows AS SELECT@source_columns@
  (SELECT source_ip FROM sources WHERE id = l.source_id) AS exporter_ip@shown@,
  ifnull(l.extracted, '{}') AS extracted_fields,
  CASE WHEN l.whole IS NOT NULL THEN l.whole ELSE
    @json_head@||(SELECT ',"exporter_ip":'||json_quote(source_ip) FROM sources WHERE id = l.source_id)@json@||'}'
  END AS raw_json
FROM flow_rows l@joined_host@;
)sql";

// Tells the planner what it would learn from ANALYZE on a large database, so that it chooses the
// same way on the first day. It has no histogram and takes `received_at >= …` for a quarter of the
// index; people ask for an hour. So the indexes by time are said to be smaller than the table, but
// not so small that walking all of one looks cheaper than the table in its order; the index of
// event types is said to be small too, so that sums by event type over all time walk it and need no
// sorting. tests/unit/follow/queries_test.cpp has the questions that these figures were tried with.
// The last index of a table says how many rows the table has.
constexpr std::string_view statistics = R"sql(
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
  ('log_rows', 'log_rows_by_received_us', '1700000 2 1 1 1 1 1'),
  ('log_rows', 'log_rows_by_received_at', '1700000 2 1 1 1'),
  ('log_rows', 'log_rows_severe', '300000 1'),
  ('log_rows', 'log_rows_by_event', '1700000 60000 1 1 1'),
  ('log_rows', 'log_rows_by_host', '10000000 30000 1 1'),
  ('trap_rows', 'trap_rows_by_received_us', '1700000 2 1 1 1 1 1'),
  ('trap_rows', 'trap_rows_by_received_at', '1700000 2 1 1 1'),
  ('trap_rows', 'trap_rows_severe', '300000 1'),
  ('trap_rows', 'trap_rows_by_event', '1700000 60000 1 1 1'),
  ('trap_rows', 'trap_rows_by_host', '10000000 30000 1 1'),
  ('flow_rows', 'flow_rows_by_received_us', '1700000 20 2 2 2'),
  ('flow_rows', 'flow_rows_by_received_at', '1700000 20 2 2'),
  ('flow_rows', 'flow_rows_by_host', '10000000 30000 1 1'),
  ('event_names', 'sqlite_autoindex_event_names_1', '200 1'),
  ('hosts', 'sqlite_autoindex_hosts_1', '2000 1'),
  ('sources', 'sqlite_autoindex_sources_1', '2000 1'),
  ('log_kinds', 'sqlite_autoindex_log_kinds_1', '5000 1'),
  ('field_shapes', 'sqlite_autoindex_field_shapes_1', '500 1'),
  ('trap_kinds', 'sqlite_autoindex_trap_kinds_1', '500 1');
)sql";

// The text index holds no copy of the text: it asks log_texts for it when it needs to.
constexpr std::string_view text_schema = R"sql(
CREATE VIEW log_texts AS SELECT l.id AS id,
  ifnull((SELECT message_id||' ' FROM log_kinds WHERE id = l.kind_id), '')||ifnull(@message@, '') AS text
FROM log_rows l;
CREATE VIRTUAL TABLE log_text USING fts5(text, content='log_texts', content_rowid='id', columnsize=0);
)sql";

// The words that all streams share are filled in last: the others contain them.
std::string with_shared_words(std::string sql, std::string_view stream) {
  return fill(std::move(sql),
              {{"source_columns", std::string(source_columns)},
               {"json_head", std::string(json_head)},
               {"joined_host", " JOIN hosts h ON h.id = l.host_id AND l.host_bucket = h.id % " +
                                   std::to_string(host_buckets)},
               {"stream", std::string(stream)}});
}

std::string log_sql() {
  const std::string stamp =
      "CASE typeof(l.timestamp) WHEN 'integer' THEN substr(l.raw, l.timestamp & 255, "
      "l.timestamp>>8) "
      "ELSE l.timestamp END";
  return with_shared_words(
      std::string(log_tables) +
          fill(std::string(log_view), {{"timestamp", stamp},
                                       {"normalized", decoded_time("normalized")},
                                       {"skew", clock_skew()},
                                       {"extracted", extracted_fields()},
                                       {"message", std::string(message)}}),
      "syslog");
}

std::string trap_sql() {
  // The line is valid JSON unless it was damaged, which no query should stumble over.
  const std::string body =
      "CASE WHEN l.whole IS NULL THEN '{'||l.body||'}' WHEN json_valid(l.whole) THEN l.whole END";
  std::string sql(trap_schema);
  for (const std::string_view key :
       {"inform", "enterprise", "agent_address", "uptime_ms", "security_name", "security_level",
        "varbinds", "extracted_fields", "raw_base64", "parse_status"}) {
    sql = fill(sql, {{key, "json_extract(" + body + ", '$." + std::string(key) + "')"}});
  }
  return with_shared_words(sql, "trap");
}

std::string flow_sql() {
  std::string columns;
  std::string shown;
  std::string json;
  for (std::size_t i = 0; i < flow_columns.size(); ++i) {
    const std::string name(flow_columns[i]);
    const bool is_time = i == flow_start_time || i == flow_end_time;
    const std::string value = is_time ? decoded_time(name) : "l." + name;
    columns += ", " + name;
    shown += ",\n  " + value + " AS " + name;
    json += "||',\"" + name + "\":'||json_quote(" + value + ")";
  }
  json += "||',\"extracted_fields\":'||ifnull(l.extracted, '{}')";
  for (const auto late : flow_late_columns) {
    const std::string name(late);
    columns += ", " + name;
    shown += ",\n  l." + name + " AS " + name;
    json += "||CASE WHEN l." + name + " IS NULL THEN '' ELSE ',\"" + name + "\":'||json_quote(l." +
            name + ") END";
  }
  return with_shared_words(
      fill(std::string(flow_schema), {{"columns", columns}, {"shown", shown}, {"json", json}}),
      "flow");
}

}  // namespace

std::string new_database_sql() {
  return "PRAGMA page_size=" + std::to_string(page_bytes) + "; PRAGMA journal_mode=WAL;";
}

// Debian's SQLite overwrites deleted content by default, which doubles the work of retention. After
// a loss of power the journal makes up for the last transactions, so NORMAL is enough. The cache
// holds many times the pages that a transaction changes: one or two at the end of each index, and
// one for each bucket and event type.
std::string connection_sql() {
  return "PRAGMA secure_delete=OFF; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-24576; PRAGMA "
         "temp_store=MEMORY; "
         "PRAGMA journal_size_limit=67108864;";
}

std::string schema_sql(bool text_index) {
  std::string sql = std::string(shared_tables) + log_sql() + trap_sql() + flow_sql();
  if (text_index) sql += fill(std::string(text_schema), {{"message", std::string(message)}});
  sql += statistics;
  return sql + "PRAGMA user_version=" + std::to_string(schema_version) + ";";
}

}  // namespace netlogd::follow
