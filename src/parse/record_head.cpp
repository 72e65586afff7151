#include "netlogd/parse/record_head.hpp"

#include <array>

namespace netlogd::parse {
namespace {

using json_text::Word;

constexpr auto stream_words = [] {
  std::array<Word<48>, stream_names.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i)
    ((words[i] += R"(,"record_type":")") += stream_names[i]) += R"(","received_at":)";
  return words;
}();
constexpr auto transport_words = [] {
  std::array<Word<32>, transport_names.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i)
    ((words[i] += R"(,"transport":")") += transport_names[i]) += R"(",)";
  return words;
}();

}  // namespace

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
  out = put(out, stream_words[static_cast<std::size_t>(stream)]);
  out = received.put(out, message.received, 6);
  out = put(out, R"(,"source_ip":)");
  out = json_text::put_address(out, message.source.address);
  out = put(out, transport_words[static_cast<std::size_t>(message.transport)]);
  if (!message.has_relay) return out;
  out = put(out, R"("relay_ip":)");
  out = json_text::put_address(out, message.relay);
  return put(out, ',');
}

}  // namespace netlogd::parse
