#include "journal/gzip_member.hpp"

#include <libdeflate.h>

#include <cassert>
#include <cstring>

#include "netlogd/core/time.hpp"

namespace netlogd::journal {
namespace {

constexpr std::string_view data_kind = {"\1\0\0\0", 4};
constexpr std::string_view summary_kind = {"\2\0\0\0", 4};
constexpr std::size_t fixed_bytes = 10;
constexpr std::size_t checksum_bytes = 8;

template <typename T>
void put(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff));
  }
}

template <typename T>
T get(std::string_view bytes, std::size_t at) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  }
  return static_cast<T>(value);
}

// RFC 1952, 2.3: magic, deflate, FEXTRA, no time, no hint, Unix; then the length of the extra field
// and our one subfield in it.
void put_head(std::string& out, std::size_t payload_bytes, std::string_view kind) {
  out.append("\x1f\x8b\x08\x04\0\0\0\0\0\x03", fixed_bytes);
  put(out, static_cast<std::uint16_t>(payload_bytes + 4));
  out.append("NJ");
  put(out, static_cast<std::uint16_t>(payload_bytes));
  out.append(kind);
}

bool has_head(std::string_view bytes, std::size_t payload_bytes, std::string_view kind) noexcept {
  return bytes.starts_with(std::string_view("\x1f\x8b\x08\x04", 4)) &&
         get<std::uint16_t>(bytes, 10) == payload_bytes + 4 && bytes.substr(12, 2) == "NJ" &&
         get<std::uint16_t>(bytes, 14) == payload_bytes && bytes.substr(16, 4) == kind;
}

std::string_view after_key(std::string_view line, std::string_view key) noexcept {
  const auto at = line.substr(0, 128).find(key);
  return at == std::string_view::npos ? std::string_view{} : line.substr(at + key.size());
}

}  // namespace

std::optional<MemberHead> parse_member_head(std::string_view bytes) noexcept {
  if (bytes.size() < member_head_bytes || !has_head(bytes, 36, data_kind)) return {};
  const MemberHead head{.bytes = get<std::uint32_t>(bytes, 20),
                        .text_bytes = get<std::uint32_t>(bytes, 24),
                        .offset = get<std::uint64_t>(bytes, 28),
                        .first_id = get<std::uint64_t>(bytes, 36),
                        .first_received_us = get<std::int64_t>(bytes, 44)};
  if (head.text_bytes == 0 || head.text_bytes > max_member_text || head.bytes > max_member_bytes ||
      head.bytes < member_head_bytes + checksum_bytes) {
    return {};
  }
  return head;
}

std::optional<SegmentSummary> parse_summary(std::string_view bytes) noexcept {
  if (bytes.size() < summary_bytes) return {};
  bytes = bytes.substr(bytes.size() - summary_bytes);
  if (!has_head(bytes, 48, summary_kind)) return {};
  return SegmentSummary{.first_id = get<std::uint64_t>(bytes, 24),
                        .last_id = get<std::uint64_t>(bytes, 32),
                        .text_bytes = get<std::uint64_t>(bytes, 40),
                        .first_received_us = get<std::int64_t>(bytes, 48),
                        .last_received_us = get<std::int64_t>(bytes, 56)};
}

std::string make_summary(const SegmentSummary& summary) {
  std::string out;
  put_head(out, 48, summary_kind);
  put(out, static_cast<std::uint32_t>(summary_bytes));
  put(out, summary.first_id);
  put(out, summary.last_id);
  put(out, summary.text_bytes);
  put(out, summary.first_received_us);
  put(out, summary.last_received_us);
  out.append("\x03\0", 2);           // one empty final block
  out.append(checksum_bytes, '\0');  // the CRC and the length of nothing
  assert(out.size() == summary_bytes);
  return out;
}

GzipWriter::GzipWriter(int level)
    : compressor_(libdeflate_alloc_compressor(level), &libdeflate_free_compressor) {
  assert(compressor_ != nullptr);
}

void GzipWriter::write(std::string_view text, MemberHead head, std::string& out) {
  assert(!text.empty() && text.size() <= max_member_text);
  const std::size_t begin = out.size();
  put_head(out, 36, data_kind);
  const std::size_t length_at = out.size();
  put(out, std::uint32_t{0});
  put(out, static_cast<std::uint32_t>(text.size()));
  put(out, head.offset);
  put(out, head.first_id);
  put(out, head.first_received_us);
  const std::size_t body = out.size();
  const std::size_t bound = libdeflate_deflate_compress_bound(compressor_.get(), text.size());
  out.resize(body + bound);
  const std::size_t used = libdeflate_deflate_compress(compressor_.get(), text.data(), text.size(),
                                                       out.data() + body, bound);
  assert(used > 0);
  out.resize(body + used);
  put(out, libdeflate_crc32(0, text.data(), text.size()));
  put(out, static_cast<std::uint32_t>(text.size()));
  const auto length = static_cast<std::uint32_t>(out.size() - begin);
  assert(length <= max_member_bytes);
  for (std::size_t i = 0; i < 4; ++i)
    out[length_at + i] = static_cast<char>(length >> (8 * i) & 0xff);
}

GzipMemberReader::GzipMemberReader()
    : decompressor_(libdeflate_alloc_decompressor(), &libdeflate_free_decompressor) {
  assert(decompressor_ != nullptr);
}

bool GzipMemberReader::read(std::string_view member, const MemberHead& head, char* text) {
  assert(member.size() == head.bytes);
  const auto body =
      member.substr(member_head_bytes, member.size() - member_head_bytes - checksum_bytes);
  std::size_t got = 0;
  const auto result = libdeflate_deflate_decompress(decompressor_.get(), body.data(), body.size(),
                                                    text, head.text_bytes, &got);
  const std::size_t end = member.size() - checksum_bytes;
  return result == LIBDEFLATE_SUCCESS && got == head.text_bytes &&
         get<std::uint32_t>(member, end) == libdeflate_crc32(0, text, got) &&
         get<std::uint32_t>(member, end + 4) == got;
}

// 2024-01-17T14:32:15.123456Z
std::int64_t received_us(std::string_view line) noexcept {
  const auto text = after_key(line, "\"received_at\":\"").substr(0, 27);
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd.ddddddZ";
  if (text.size() != shape.size()) return 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i]) return 0;
  }
  const auto digits = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const CivilTime civil{.year = digits(0, 4),
                        .month = digits(5, 2),
                        .day = digits(8, 2),
                        .hour = digits(11, 2),
                        .minute = digits(14, 2),
                        .second = digits(17, 2)};
  if (civil.year < 1970 || civil.year > 2261) return 0;  // no clock of ours shows that
  return to_seconds(civil) * 1'000'000 + digits(20, 6);
}

}  // namespace netlogd::journal
