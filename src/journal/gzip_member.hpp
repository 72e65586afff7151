// The gzip dialect of closed segments: independent members (RFC 1952) of at most 1 MiB of text,
// each with an extra field "NJ" that says how long it is, what it holds and where in the segment it
// stands, and a last, empty member that sums the segment up. Any gzip reader sees one ordinary
// file.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct libdeflate_compressor;
struct libdeflate_decompressor;

namespace netlogd::journal {

constexpr std::size_t max_member_text = 1 << 20;
constexpr std::size_t max_member_bytes = max_member_text + (max_member_text >> 3);
// Of a data member: 10 fixed bytes, XLEN, the subfield's head, its 36 bytes.
constexpr std::size_t member_head_bytes = 10 + 2 + 4 + 36;
constexpr std::size_t summary_bytes = 10 + 2 + 4 + 48 + 2 + 8;

struct MemberHead {
  std::uint32_t bytes = 0;       // the whole member, head and checksum included
  std::uint32_t text_bytes = 0;  // uncompressed
  std::uint64_t offset = 0;      // uncompressed bytes of the segment before it
  std::uint64_t first_id = 0;    // of the first line that begins in it; 0: none does
  std::int64_t first_received_us = 0;
};

struct SegmentSummary {
  std::uint64_t first_id = 0;
  std::uint64_t last_id = 0;
  std::uint64_t text_bytes = 0;
  std::int64_t first_received_us = 0;
  std::int64_t last_received_us = 0;
};

// nullopt: not the head of one of our data members (the sizes are within the limits above if it
// is).
[[nodiscard]] std::optional<MemberHead> parse_member_head(std::string_view bytes) noexcept;
// `bytes` is the end of a file. nullopt: it does not end with our summary.
[[nodiscard]] std::optional<SegmentSummary> parse_summary(std::string_view bytes) noexcept;
[[nodiscard]] std::string make_summary(const SegmentSummary& summary);

class GzipWriter {
 public:
  explicit GzipWriter(int level);
  // Appends one member to `out`. `text` has at most max_member_text bytes; head.bytes and
  // head.text_bytes are filled in here.
  void write(std::string_view text, MemberHead head, std::string& out);

 private:
  std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor_;
};

class GzipMemberReader {
 public:
  GzipMemberReader();
  // `member` is exactly head.bytes long, `text` has room for head.text_bytes. False: damaged.
  [[nodiscard]] bool read(std::string_view member, const MemberHead& head, char* text);

 private:
  std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor_;
};

// `received_at` of a record line in microseconds; 0 when it is not where it belongs.
[[nodiscard]] std::int64_t received_us(std::string_view line) noexcept;

}  // namespace netlogd::journal
