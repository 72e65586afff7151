#include "netlogd/parse/record_head.hpp"

namespace netlogd::parse {

void write_record_head(JsonWriter& json, Stream stream, const RawMessage& message,
                       const Device* device, std::string_view hostname, std::string_view maker) {
  json_text::UtcText received;
  auto& out = json.buffer();
  char* const begin = out.room(record_head_room);
  const auto* end = put_record_head(begin, stream, message, received);
  out.commit(static_cast<std::size_t>(end - begin));
  write_device(json, device, hostname, maker);
}

char* put_record_head(char* out, Stream stream, const RawMessage& message,
                      json_text::UtcText& received) noexcept {
  using json_text::put;
  out = put(out, R"(,"record_type":")");
  out = put(out, name_of(stream));
  out = put(out, R"(","received_at":)");
  out = received.put(out, message.received, 6);
  out = put(out, R"(,"source_ip":)");
  out = json_text::put_address(out, message.source.address);
  out = put(out, R"(,"transport":")");
  out = put(out, name_of(message.transport));
  out = put(out, R"(",)");
  if (!message.has_relay) return out;
  out = put(out, R"("relay_ip":)");
  out = json_text::put_address(out, message.relay);
  return put(out, ',');
}

}  // namespace netlogd::parse
