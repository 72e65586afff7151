#include "follow/row_codes.hpp"
#include "follow/row_writer.hpp"

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

}  // namespace

Result<void> SharedWords::prepare(SqliteDatabase& database) {
  if (auto ok = hosts_.prepare(database, "host_names", "name", ""); !ok) return ok;
  if (auto ok = events_.prepare(database, "event_names", "name", ""); !ok) return ok;
  return sources_.prepare(
      database, "sources", "key",
      ", json, source_ip, transport, relay_ip, hostname, device_vendor, device_model, "
      "device_role, device_location, device_site, device_criticality");
}

void SharedWords::forget() noexcept {
  hosts_.forget();
  events_.forget();
  sources_.forget();
}

Result<std::int64_t> SharedWords::host(SqliteDatabase& database, std::string_view json) {
  const auto text = json_text(json, scratch_);
  if (!text) return std::int64_t{0};
  return hosts_.id(database, *text, day_, {});
}

Result<std::int64_t> SharedWords::event(SqliteDatabase& database, std::string_view json) {
  const auto text = json_text(json, scratch_);
  if (!text) return std::int64_t{0};
  return events_.id(database, *text, day_, {});
}

Result<std::int64_t> SharedWords::source(SqliteDatabase& database, std::string_view source,
                                         std::string_view source_ip, std::string_view transport,
                                         std::string_view relay_ip, const JsonLine& device,
                                         std::string_view hostname) {
  key_.assign(source);
  if (source.empty()) {  // a line of an unusual shape: by its parts
    for (const auto part : {source_ip, transport, relay_ip}) key_.append(part).push_back('\n');
    for (const auto& m : device.members()) key_.append(m.value).push_back('\n');
  }
  key_.push_back('\n');
  key_.append(hostname);
  std::string texts[10];
  return sources_.id(database, key_, day_, [&](SqliteStatement& insert) {
    insert.bind(3, source);
    bind_text_or_null(insert, 4, source_ip, texts[0]);
    bind_text_or_null(insert, 5, transport, texts[1]);
    bind_text_or_null(insert, 6, relay_ip, texts[2]);
    bind_text_or_null(insert, 7, hostname, texts[3]);
    constexpr std::string_view words[] = {"vendor",   "model", "role",
                                          "location", "site",  "criticality"};
    for (int i = 0; i < 6; ++i)
      bind_text_or_null(insert, 8 + i, member(device, words[i]), texts[4 + i]);
  });
}

RecordHead read_head(std::string_view line, const JsonLine& members, MemberCursor& at,
                     std::string_view record_type, JsonLine& device_line) {
  RecordHead head;
  const auto end_of = [](std::string_view value) { return value.data() + value.size(); };
  bool exact = !at.take("id").empty() && at.take("record_type") == record_type;
  const auto received = at.take("received_at");
  if (received.size() > 2) {
    if (const auto us = parse_utc_us(received.substr(1, received.size() - 2), 6))
      head.received_us = *us;
  }
  exact = exact && head.received_us > 0;
  head.source_ip = at.take("source_ip");
  head.transport = at.take("transport");
  head.relay_ip = at.take("relay_ip");
  head.device = at.take("device");
  exact =
      exact && !head.source_ip.empty() && !head.transport.empty() && device_line.parse(head.device);
  if (!exact) {  // whatever can be found, for the columns
    for (const auto& m : members.members()) {
      if (m.key == "received_at" && m.value.size() > 2) {
        if (const auto us = parse_utc_us(m.value.substr(1, m.value.size() - 2), 6))
          head.received_us = *us;
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
    if (!device_line.parse(head.device)) static_cast<void>(device_line.parse("{}"));
  } else {
    const char* begin = head.source_ip.data() - std::string_view("\"source_ip\":").size();
    head.source = {begin, static_cast<std::size_t>(end_of(head.device) - begin)};
    const char* body = end_of(head.device) + 1;
    const char* last = end_of(line) - 1;
    if (body < last) head.body = {body, static_cast<std::size_t>(last - body)};
  }
  head.device_hostname = member(device_line, "hostname");
  head.is_exact = exact && !head.device_hostname.empty();
  return head;
}

bool bind_scalar(SqliteStatement& statement, int at, std::string_view json, std::string& scratch) {
  if (json == "null") {
    statement.bind_null(at);
    return true;
  }
  if (const auto number = json_integer(json)) {
    statement.bind(at, *number);
    return true;
  }
  if (const auto text = json_text(json, scratch)) {
    statement.bind(at, *text);
    return true;
  }
  statement.bind_null(at);
  return false;
}

}  // namespace netlogd::follow
