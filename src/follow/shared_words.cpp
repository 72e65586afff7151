#include "follow/row_codes.hpp"
#include "follow/row_writer.hpp"
#include "follow/sqlite_schema.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::follow {
namespace {

void bind_text_or_null(SqliteStatement& statement, int at, std::string_view json,
                       std::string& scratch) {
  const auto text = json_text(json, scratch);
  if (text) {
    statement.bind(at, *text);
  } else {
    statement.bind_null(at);
  }
}

std::string_view member(const JsonLine& line, std::string_view key) noexcept {
  for (const auto& m : line.members()) {
    if (m.key == key) return m.value;
  }
  return {};
}

// By the contract it is the device's first member; empty: it is not.
std::string_view hostname_of(std::string_view device) noexcept {
  constexpr std::string_view begin = R"({"hostname":)";
  return device.starts_with(begin) ? json_value(device, begin.size()) : std::string_view{};
}

void take_time(RecordHead& head, std::string_view json) noexcept {
  if (json.size() < 2) return;
  const auto text = json.substr(1, json.size() - 2);
  const auto us = parse_utc_us(text, 6);
  if (!us) return;
  head.received_us = *us;
  head.received_at = text;
}

}  // namespace

Result<void> SharedWords::prepare(SqliteDatabase& database) {
  if (auto ok = events_.prepare(database, "event_names", "name", ""); !ok) return ok;
  if (auto ok = hosts_.prepare(database, "hosts", "name", ""); !ok) return ok;
  if (auto ok = counts_.prepare(database); !ok) return ok;
  return sources_.prepare(
      database, "sources", "key",
      ", json, source_ip, transport, relay_ip, hostname, device_hostname, device_vendor, "
      "device_model, device_role, device_location, device_site, device_criticality");
}

void SharedWords::forget() noexcept {
  events_.forget();
  hosts_.forget();
  sources_.forget();
  counts_.forget();
}

Result<std::int64_t> SharedWords::event(SqliteDatabase& database, std::string_view json) {
  const auto text = json_text(json, scratch_);
  if (!text) return no_event;
  return events_.id(database, *text, day(), {});
}

Result<void> SharedWords::bind_head(SqliteDatabase& database, RowInsert& insert,
                                    const RecordHead& head, std::string_view hostname) {
  if (head.received_us > 0) {
    last_received_us_ = head.received_us;
    insert.bind(2, head.received_us).bind(3, head.received_at);
  } else {
    bind_unread(insert);
  }
  Result<std::int64_t> host = no_host;
  if (const auto name = json_text(head.device_hostname, scratch_))
    host = hosts_.id(database, *name, day(), {});
  if (!host) return host.error();
  bind_host(insert, *host);
  const auto id = source(database, head, hostname);
  if (!id) return id.error();
  insert.bind(6, *id);
  last_source_id_ = *id;
  if (head.received_us > 0) counts_.add(*id, head.received_us);
  return {};
}

void SharedWords::bind_host(RowInsert& insert, std::int64_t id) {
  insert.bind(4, id).bind(5, id % host_buckets);
}

void SharedWords::bind_unread(RowInsert& insert) {
  insert.bind(2, last_received_us_)
      .bind(3, utc_text(TimePoint(std::chrono::microseconds(last_received_us_))));
  bind_host(insert, no_host);
  last_source_id_ = 0;
}

Result<std::int64_t> SharedWords::source(SqliteDatabase& database, const RecordHead& head,
                                         std::string_view hostname) {
  key_.assign(head.source);
  if (head.source.empty()) {  // a line of an unusual shape: by its parts
    for (const auto part : {head.source_ip, head.transport, head.relay_ip, head.device})
      key_.append(part).push_back('\n');
  }
  key_.push_back('\n');
  key_.append(hostname);
  return sources_.id(database, key_, day(), [&](SqliteStatement& insert) {
    insert.bind(3, head.source);
    bind_text_or_null(insert, 4, head.source_ip, scratch_);
    bind_text_or_null(insert, 5, head.transport, scratch_);
    bind_text_or_null(insert, 6, head.relay_ip, scratch_);
    bind_text_or_null(insert, 7, hostname, scratch_);
    bind_text_or_null(insert, 8, head.device_hostname, scratch_);
    if (!device_.parse(head.device)) static_cast<void>(device_.parse("{}"));
    constexpr std::string_view words[] = {"vendor",   "model", "role",
                                          "location", "site",  "criticality"};
    for (int i = 0; i < 6; ++i)
      bind_text_or_null(insert, 9 + i, member(device_, words[i]), scratch_);
  });
}

RecordHead read_head(std::string_view line, const JsonLine& members, MemberCursor& at,
                     std::string_view record_type) {
  RecordHead head;
  const auto end_of = [](std::string_view value) { return value.data() + value.size(); };
  bool exact = !at.take("id").empty() && at.take("record_type") == record_type;
  take_time(head, at.take("received_at"));
  exact = exact && head.received_us > 0;
  head.source_ip = at.take("source_ip");
  head.transport = at.take("transport");
  head.relay_ip = at.take("relay_ip");
  head.device = at.take("device");
  head.device_hostname = hostname_of(head.device);
  exact =
      exact && !head.source_ip.empty() && !head.transport.empty() && !head.device_hostname.empty();
  if (!exact) {  // whatever can be found, for the columns
    for (const auto& m : members.members()) {
      if (m.key == "received_at") {
        take_time(head, m.value);
      } else if (m.key == "source_ip") {
        head.source_ip = m.value;
      } else if (m.key == "transport") {
        head.transport = m.value;
      } else if (m.key == "relay_ip") {
        head.relay_ip = m.value;
      } else if (m.key == "device") {
        head.device = m.value;
      }
    }
    if (head.device_hostname.empty()) {
      JsonLine device;
      if (device.parse(head.device)) head.device_hostname = member(device, "hostname");
    }
  } else {
    const char* begin = head.source_ip.data() - std::string_view("\"source_ip\":").size();
    head.source = {begin, static_cast<std::size_t>(end_of(head.device) - begin)};
    const char* body = end_of(head.device) + 1;
    const char* last = end_of(line) - 1;
    if (body < last) head.body = {body, static_cast<std::size_t>(last - body)};
  }
  head.is_exact = exact;
  return head;
}

}  // namespace netlogd::follow
