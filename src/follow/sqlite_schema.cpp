#include "follow/sqlite_schema.hpp"

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

// The expression of received_at, the same in a view and in the index on it: only then the planner
// uses the index. Column names carry no table there, so it is given one here.
std::string received_at(const std::string& table) { return utc_us(table + "received_us"); }

// A time that row_codes.cpp has encoded as a difference to the reception.
std::string decoded_time(const std::string& column) {
  return "CASE typeof(l." + column + ") WHEN 'integer' THEN CASE l." + column + "&3 WHEN 0 THEN " +
         utc_ms("(l.received_us/1000-(l." + column + ">>2))") + " ELSE " +
         utc_us("(l.received_us-(l." + column + ">>2))") + " END ELSE l." + column + " END";
}

constexpr std::string_view shared_tables = R"sql(
CREATE TABLE netlogd_state(
  stream INTEGER PRIMARY KEY,  -- 0 syslog, 1 trap, 2 flow
  segment INTEGER NOT NULL, offset INTEGER NOT NULL, last_id INTEGER NOT NULL,
  text_indexed_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE host_names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL);
CREATE TABLE event_names(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL);
CREATE TABLE sources(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL, json TEXT NOT NULL,
  source_ip, transport, relay_ip, hostname,
  device_vendor, device_model, device_role, device_location, device_site, device_criticality);
)sql";

constexpr std::string_view log_tables = R"sql(
CREATE TABLE log_kinds(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL,
  vendor, facility, severity, severity_text, time_quality, process, message_id, node, event_type, parse_status);
CREATE TABLE log_rows(
  id INTEGER PRIMARY KEY, received_us INTEGER NOT NULL, host_id INTEGER, source_id INTEGER,
  kind_id INTEGER, event_id INTEGER, severity INTEGER, normalized, timestamp, message, skew, pid, sequence, extracted, structured, raw, whole);
CREATE INDEX log_rows_by_host ON log_rows(host_id);
CREATE INDEX log_rows_by_event ON log_rows(event_id);
CREATE INDEX log_rows_by_received_us ON log_rows(received_us);
CREATE INDEX log_rows_by_received_at ON log_rows(@received_at_index@);
CREATE INDEX log_rows_severe ON log_rows(id) WHERE severity <= 3;
)sql";

constexpr std::string_view log_view = R"sql(
CREATE VIEW logs AS SELECT
  l.id AS id,
  'syslog' AS record_type,
  @received_at@ AS received_at,
  l.received_us AS received_us,
  s.source_ip AS source_ip,
  s.transport AS transport,
  s.relay_ip AS relay_ip,
  h.name AS device_hostname,
  s.device_vendor AS device_vendor,
  s.device_model AS device_model,
  s.device_role AS device_role,
  s.device_location AS device_location,
  s.device_site AS device_site,
  s.device_criticality AS device_criticality,
  l.raw AS raw_message,
  CASE WHEN l.whole IS NOT NULL AND json_valid(l.whole) THEN json_extract(l.whole, '$.truncated') END AS truncated,
  CASE WHEN l.whole IS NOT NULL AND json_valid(l.whole) THEN json_extract(l.whole, '$.raw_base64') END AS raw_base64,
  k.vendor AS vendor,
  k.facility AS facility,
  l.severity AS severity,
  k.severity_text AS severity_text,
  @timestamp@ AS timestamp,
  @normalized@ AS timestamp_normalized,
  nullif(k.time_quality, 'null') AS time_quality,
  @skew@ AS clock_skew_ms,
  s.hostname AS hostname,
  k.process AS process,
  l.pid AS pid,
  k.message_id AS message_id,
  l.sequence AS sequence,
  k.node AS node,
  @message@ AS message,
  l.structured AS structured_data,
  ifnull(l.extracted, '{}') AS extracted_fields,
  e.name AS event_type,
  k.parse_status AS parse_status,
  CASE WHEN l.whole IS NOT NULL THEN l.whole ELSE
    '{"id":'||l.id||',"record_type":"syslog","received_at":"'||@received_at@||'",'||s.json||
    ',"raw_message":'||json_quote(l.raw)||',"vendor":'||json_quote(k.vendor)||
    ',"facility":'||json_quote(k.facility)||',"severity":'||json_quote(k.severity)||
    ',"severity_text":'||json_quote(k.severity_text)||',"timestamp":'||json_quote(@timestamp@)||
    ',"timestamp_normalized":'||json_quote(@normalized@)||',"time_quality":'||k.time_quality||
    ',"clock_skew_ms":'||json_quote(@skew@)||',"hostname":'||json_quote(s.hostname)||
    ',"process":'||json_quote(k.process)||',"pid":'||json_quote(l.pid)||
    ',"message_id":'||json_quote(k.message_id)||
    CASE WHEN l.sequence IS NULL THEN '' ELSE ',"sequence":'||json_quote(l.sequence) END||
    CASE WHEN k.node IS NULL THEN '' ELSE ',"node":'||json_quote(k.node) END||
    ',"message":'||json_quote(@message@)||
    CASE WHEN l.structured IS NULL THEN '' ELSE ',"structured_data":'||l.structured END||
    ',"extracted_fields":'||ifnull(l.extracted, '{}')||',"event_type":'||json_quote(k.event_type)||
    ',"parse_status":'||json_quote(k.parse_status)||'}'
  END AS raw_json
FROM log_rows l
  LEFT JOIN host_names h ON h.id = l.host_id
  LEFT JOIN sources s ON s.id = l.source_id
  LEFT JOIN log_kinds k ON k.id = l.kind_id
  LEFT JOIN event_names e ON e.id = l.event_id;
)sql";

constexpr std::string_view trap_schema = R"sql(
CREATE TABLE trap_kinds(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seen_day INTEGER NOT NULL, version, trap_type, trap_name);
CREATE TABLE trap_rows(
  id INTEGER PRIMARY KEY, received_us INTEGER NOT NULL, host_id INTEGER, source_id INTEGER,
  kind_id INTEGER, event_id INTEGER, severity INTEGER, body, whole);
CREATE INDEX trap_rows_by_host ON trap_rows(host_id);
CREATE INDEX trap_rows_by_event ON trap_rows(event_id);
CREATE INDEX trap_rows_by_received_us ON trap_rows(received_us);
CREATE INDEX trap_rows_by_received_at ON trap_rows(@received_at_index@);
CREATE INDEX trap_rows_severe ON trap_rows(id) WHERE severity <= 3;
CREATE VIEW traps AS SELECT
  l.id AS id,
  'trap' AS record_type,
  @received_at@ AS received_at,
  l.received_us AS received_us,
  s.source_ip AS source_ip,
  s.transport AS transport,
  s.relay_ip AS relay_ip,
  h.name AS device_hostname,
  s.device_vendor AS device_vendor,
  s.device_model AS device_model,
  s.device_role AS device_role,
  s.device_location AS device_location,
  s.device_site AS device_site,
  s.device_criticality AS device_criticality,
  k.version AS version,
  @inform@ AS inform,
  k.trap_type AS trap_type,
  k.trap_name AS trap_name,
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
  @json@ AS raw_json
FROM trap_rows l
  LEFT JOIN host_names h ON h.id = l.host_id
  LEFT JOIN sources s ON s.id = l.source_id
  LEFT JOIN trap_kinds k ON k.id = l.kind_id
  LEFT JOIN event_names e ON e.id = l.event_id;
)sql";

std::string trap_sql() {
  const std::string json =
      "CASE WHEN l.whole IS NOT NULL THEN l.whole ELSE '{\"id\":'||l.id||"
      "',\"record_type\":\"trap\",\"received_at\":\"'||" +
      received_at("l.") + "||'\",'||s.json||','||l.body||'}' END";
  // The line is valid unless it was damaged, which no query should stumble over.
  const std::string body =
      "CASE WHEN l.whole IS NULL THEN '{'||l.body||'}' WHEN json_valid(l.whole) THEN l.whole END";
  std::string sql = fill(
      std::string(trap_schema),
      {{"json", json}, {"received_at", received_at("l.")}, {"received_at_index", received_at("")}});
  for (const std::string_view key :
       {"inform", "enterprise", "agent_address", "uptime_ms", "security_name", "security_level",
        "varbinds", "extracted_fields", "raw_base64", "parse_status"}) {
    sql = fill(sql, {{key, "json_extract(" + body + ", '$." + std::string(key) + "')"}});
  }
  return sql;
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
  for (const auto name : flow_late_columns) {
    const std::string column(name);
    columns += ", " + column;
    shown += ",\n  l." + column + " AS " + column;
    json += "||CASE WHEN l." + column + " IS NULL THEN '' ELSE ',\"" + column +
            "\":'||json_quote(l." + column + ") END";
  }
  const std::string at = received_at("l.");
  return "CREATE TABLE flow_rows(id INTEGER PRIMARY KEY, received_us INTEGER NOT NULL, host_id, "
         "source_id" +
         columns +
         ", extracted, whole);\n"
         "CREATE INDEX flow_rows_by_host ON flow_rows(host_id);\n"
         "CREATE INDEX flow_rows_by_received_us ON flow_rows(received_us);\n"
         "CREATE INDEX flow_rows_by_received_at ON flow_rows(" +
         received_at("") +
         ");\n"
         "CREATE VIEW flows AS SELECT\n  l.id AS id,\n  'flow' AS record_type,\n  " +
         at +
         " AS received_at,\n"
         "  l.received_us AS received_us,\n  s.source_ip AS source_ip,\n  s.transport AS "
         "transport,\n"
         "  s.relay_ip AS relay_ip,\n  h.name AS device_hostname,\n  s.device_vendor AS "
         "device_vendor,\n"
         "  s.device_model AS device_model,\n  s.device_role AS device_role,\n"
         "  s.device_location AS device_location,\n  s.device_site AS device_site,\n"
         "  s.device_criticality AS device_criticality,\n  s.source_ip AS exporter_ip" +
         shown +
         ",\n  ifnull(l.extracted, '{}') AS extracted_fields,\n"
         "  CASE WHEN l.whole IS NOT NULL THEN l.whole ELSE "
         "'{\"id\":'||l.id||',\"record_type\":\"flow\",\"received_at\":\"'||" +
         at + "||'\",'||s.json||',\"exporter_ip\":'||json_quote(s.source_ip)" + json +
         "||'}' END AS raw_json\n"
         "FROM flow_rows l LEFT JOIN host_names h ON h.id = l.host_id LEFT JOIN sources s ON s.id "
         "= l.source_id;\n";
}

// Tells the planner what it would learn from ANALYZE on a large database. Without it a filter by
// time and a grouping by event type makes it walk the whole index on the event type.
constexpr std::string_view statistics = R"sql(
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
  ('log_rows', 'log_rows_by_host', '10000000 10000'),
  ('log_rows', 'log_rows_by_event', '10000000 200000'),
  ('log_rows', 'log_rows_by_received_us', '10000000 2'),
  ('log_rows', 'log_rows_by_received_at', '10000000 2'),
  ('log_rows', 'log_rows_severe', '300000 1'),
  ('trap_rows', 'trap_rows_by_host', '1000000 1000'),
  ('trap_rows', 'trap_rows_by_event', '1000000 20000'),
  ('trap_rows', 'trap_rows_by_received_us', '1000000 2'),
  ('trap_rows', 'trap_rows_by_received_at', '1000000 2'),
  ('trap_rows', 'trap_rows_severe', '100000 1'),
  ('flow_rows', 'flow_rows_by_host', '10000000 10000'),
  ('flow_rows', 'flow_rows_by_received_us', '10000000 20'),
  ('flow_rows', 'flow_rows_by_received_at', '10000000 20'),
  ('host_names', 'sqlite_autoindex_host_names_1', '1000 1'),
  ('event_names', 'sqlite_autoindex_event_names_1', '50 1'),
  ('sources', 'sqlite_autoindex_sources_1', '2000 1'),
  ('log_kinds', 'sqlite_autoindex_log_kinds_1', '5000 1'),
  ('trap_kinds', 'sqlite_autoindex_trap_kinds_1', '500 1');
)sql";

// The text index holds no copy of the text: it asks log_texts for it when it needs to.
constexpr std::string_view text_schema = R"sql(
CREATE VIEW log_texts AS SELECT l.id AS id, ifnull(k.message_id||' ', '')||ifnull(@message@, '') AS text
FROM log_rows l LEFT JOIN log_kinds k ON k.id = l.kind_id;
CREATE VIRTUAL TABLE log_text USING fts5(text, content='log_texts', content_rowid='id', columnsize=0);
)sql";

}  // namespace

std::string new_database_sql() { return "PRAGMA page_size=8192; PRAGMA journal_mode=WAL;"; }

// Debian's SQLite overwrites deleted content by default, which doubles the work of retention. After
// a loss of power the journal makes up for the last transactions, so NORMAL is enough.
std::string connection_sql() {
  return "PRAGMA secure_delete=OFF; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32768; PRAGMA "
         "temp_store=MEMORY; "
         "PRAGMA journal_size_limit=67108864;";
}

std::string schema_sql(bool text_index) {
  const std::string piece_of_raw =
      "CASE typeof(l.message) WHEN 'integer' THEN substr(l.raw, l.message & 1048575, "
      "CASE l.message>>20 WHEN 0 THEN 1073741824 ELSE l.message>>20 END) ELSE l.message END";
  const std::string stamp =
      "CASE typeof(l.timestamp) WHEN 'integer' THEN substr(l.raw, l.timestamp & 255, "
      "l.timestamp>>8) ELSE l.timestamp END";
  const std::string normalized_us =
      "CASE l.normalized&3 WHEN 0 THEN (l.received_us/1000-(l.normalized>>2))*1000 ELSE "
      "l.received_us-(l.normalized>>2) END";
  const std::string difference = "(l.received_us-(" + normalized_us + "))";
  // Division that rounds down, as the journal's writer does.
  const std::string skew = "CASE l.skew WHEN 0 THEN (" + difference + "-(" + difference +
                           "%1000+1000)%1000)/1000 "
                           "ELSE CAST(l.skew AS INTEGER) END";
  std::string sql = std::string(shared_tables);
  sql += fill(std::string(log_tables), {{"received_at_index", received_at("")}});
  sql += fill(std::string(log_view), {{"received_at", received_at("l.")},
                                      {"timestamp", stamp},
                                      {"normalized", decoded_time("normalized")},
                                      {"skew", skew},
                                      {"message", piece_of_raw}});
  sql += trap_sql();
  sql += flow_sql();
  if (text_index) sql += fill(std::string(text_schema), {{"message", piece_of_raw}});
  sql += statistics;
  sql +=
      "INSERT INTO netlogd_state(stream, segment, offset, last_id) "
      "VALUES(0,0,0,0),(1,0,0,0),(2,0,0,0);";
  sql += "PRAGMA user_version=" + std::to_string(schema_version) + ";";
  return sql;
}

}  // namespace netlogd::follow
