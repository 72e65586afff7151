#include "netlogd/parse/record_head.hpp"

namespace netlogd::parse {

void write_record_head(JsonWriter& json, Stream stream, const RawMessage& message,
                       const Device* device, std::string_view hostname, std::string_view maker) {
  json.raw(",\"record_type\":\"");
  json.raw(name_of(stream));
  json.raw("\",\"received_at\":");
  json.utc(message.received, 6);
  json.raw(",\"source_ip\":");
  json.address(message.source.address);
  json.raw(",\"transport\":\"");
  json.raw(name_of(message.transport));
  json.raw("\",");
  if (message.has_relay) {
    json.raw("\"relay_ip\":");
    json.address(message.relay);
    json.raw(',');
  }
  write_device(json, device, hostname, maker);
}

}  // namespace netlogd::parse
