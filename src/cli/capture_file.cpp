#include "capture_file.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "netlogd/core/byte_reader.hpp"

namespace netlogd::cli {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t magic_us = 0xa1b2c3d4;
constexpr std::uint32_t magic_ns = 0xa1b23c4d;
constexpr std::size_t classic_header = 24;
constexpr std::uint32_t max_packet = 16 << 20;

// pcapng: "\n\r\r\n" reads the same in both byte orders.
constexpr std::uint32_t section_block = 0x0a0d0d0a;
constexpr std::uint32_t interface_block = 1;
constexpr std::uint32_t old_packet_block = 2;
constexpr std::uint32_t simple_packet_block = 3;
constexpr std::uint32_t packet_block = 6;
constexpr std::uint32_t order_magic = 0x1a2b3c4d;
constexpr std::uint16_t option_resolution = 9;
constexpr std::uint16_t option_offset = 14;
constexpr std::size_t max_interfaces = 10'000;

constexpr std::uint32_t swapped(std::uint32_t value) {
  return value >> 24 | (value >> 8 & 0xff00) | (value << 8 & 0xff0000) | value << 24;
}

// Numbers in the byte order of the one who wrote the file.
class FileNumbers {
 public:
  FileNumbers(Bytes bytes, bool little) : reader_(bytes), little_(little) {}
  std::uint32_t u32() {
    const auto value = reader_.u32();
    return little_ ? swapped(value) : value;
  }
  std::uint16_t u16() {
    const auto value = reader_.u16();
    return little_ ? static_cast<std::uint16_t>(value << 8 | value >> 8) : value;
  }
  std::uint64_t u64() {
    const std::uint64_t first = u32();
    const std::uint64_t second = u32();
    return little_ ? second << 32 | first : first << 32 | second;
  }
  Bytes take(std::size_t octets) { return reader_.take(octets); }
  void skip(std::size_t octets) { reader_.skip(octets); }
  [[nodiscard]] std::size_t left() const { return reader_.left(); }
  [[nodiscard]] bool ok() const { return reader_.ok(); }

 private:
  ByteReader reader_;
  bool little_;
};

Error cut_off() { return {Errc::corrupt, "the capture is cut off"}; }
Error damaged() { return {Errc::corrupt, "the capture is damaged"}; }

class Input {
 public:
  explicit Input(const ReadBytes& read) : read_(read) {}

  // So many octets; false: the file ends in front of them.
  Result<bool> take(std::size_t octets) {
    buffer_.resize(octets);
    std::size_t have = 0;
    while (have < octets) {
      const auto got = read_({reinterpret_cast<char*>(buffer_.data()) + have, octets - have});
      if (!got) return got.error();
      if (*got == 0) break;
      have += *got;
    }
    if (have == 0 && octets > 0) return false;
    if (have < octets) return cut_off();
    return true;
  }
  [[nodiscard]] Bytes bytes() const { return buffer_; }

 private:
  const ReadBytes& read_;
  std::vector<std::uint8_t> buffer_;
};

using Visit = std::function<bool(const CapturedPacket&)>;

std::uint32_t first_number(Bytes bytes) { return ByteReader(bytes).u32(); }

bool is_classic(std::uint32_t magic) {
  return magic == magic_us || magic == magic_ns || magic == swapped(magic_us) ||
         magic == swapped(magic_ns);
}

Result<void> read_classic(Input& input, std::uint32_t magic, const Visit& visit) {
  const bool little = magic != magic_us && magic != magic_ns;
  const bool nanoseconds = magic == magic_ns || magic == swapped(magic_ns);
  const auto header = input.take(classic_header - 4);
  if (!header) return header.error();
  if (!*header) return cut_off();
  FileNumbers rest(input.bytes(), little);
  rest.skip(16);
  const auto link = rest.u32() & 0xffff;
  for (;;) {
    const auto more = input.take(16);
    if (!more) return more.error();
    if (!*more) return {};
    FileNumbers numbers(input.bytes(), little);
    const Micros seconds = numbers.u32();
    const Micros fraction = numbers.u32();
    const auto captured = numbers.u32();
    const auto original = numbers.u32();
    if (captured > max_packet) return damaged();
    const auto whole = input.take(captured);
    if (!whole) return whole.error();
    if (!*whole) return cut_off();
    if (!visit({seconds * second_us + (nanoseconds ? fraction / 1000 : fraction), link,
                input.bytes(), captured < original}))
      return {};
  }
}

struct Interface {
  std::uint32_t link = 0;
  std::uint32_t most = 0;  // octets kept of a packet; 0: all
  double unit_us = 1;      // of its time stamps
  Micros offset = 0;
};

class PcapNg {
 public:
  PcapNg(Input& input, const Visit& visit) : input_(input), visit_(visit) {}

  // Behind the type of the first block.
  Result<void> run() {
    std::uint32_t type = section_block;
    for (;;) {
      if (auto read = type == section_block ? begin_section() : read_block(); !read)
        return read.error();
      if (auto done = block(type); !done) return done.error();
      if (enough_) return {};
      const auto more = input_.take(4);
      if (!more) return more.error();
      if (!*more) return {};
      type = FileNumbers(input_.bytes(), little_).u32();
    }
  }

 private:
  Result<void> begin_section() {
    const auto head = input_.take(8);
    if (!head) return head.error();
    if (!*head) return cut_off();
    ByteReader reader(input_.bytes());
    const auto length = reader.u32();
    const auto order = reader.u32();
    if (order != order_magic && order != swapped(order_magic)) return damaged();
    little_ = order != order_magic;
    interfaces_.clear();
    return take_body(little_ ? swapped(length) : length, 12);
  }

  Result<void> read_block() {
    const auto head = input_.take(4);
    if (!head) return head.error();
    if (!*head) return cut_off();
    return take_body(FileNumbers(input_.bytes(), little_).u32(), 8);
  }

  // What lies between the head of a block and its length at the end.
  Result<void> take_body(std::uint32_t length, std::uint32_t head) {
    if (length < head + 4 || length % 4 != 0 || length > max_packet + 4096) return damaged();
    const auto body = input_.take(length - head);
    if (!body) return body.error();
    if (!*body) return cut_off();
    return {};
  }

  Result<void> block(std::uint32_t type) {
    const auto body = input_.bytes().first(input_.bytes().size() - 4);
    FileNumbers numbers(body, little_);
    if (type == interface_block) return add_interface(numbers);
    if (type == packet_block || type == old_packet_block) {
      const std::uint32_t id = type == packet_block ? numbers.u32() : numbers.u16();
      if (type == old_packet_block) numbers.skip(2);
      const std::uint64_t high = numbers.u32();
      const auto stamp = high << 32 | numbers.u32();
      const auto captured = numbers.u32();
      const auto original = numbers.u32();
      const auto bytes = numbers.take(captured);
      if (!numbers.ok() || id >= interfaces_.size()) return damaged();
      const auto& from = interfaces_[id];
      const auto at = static_cast<double>(stamp) * from.unit_us;
      const bool fits = at < static_cast<double>(INT64_MAX / 2);
      enough_ = !visit_({fits ? static_cast<Micros>(std::llround(at)) + from.offset : 0, from.link,
                         bytes, captured < original});
    }
    if (type == simple_packet_block) {
      const auto original = numbers.u32();
      if (!numbers.ok() || interfaces_.empty()) return damaged();
      auto captured = std::min<std::size_t>(original, numbers.left());
      if (interfaces_[0].most > 0) captured = std::min<std::size_t>(captured, interfaces_[0].most);
      enough_ = !visit_({0, interfaces_[0].link, numbers.take(captured), captured < original});
    }
    return {};
  }

  Result<void> add_interface(FileNumbers numbers) {
    Interface one;
    one.link = numbers.u16();
    numbers.skip(2);
    one.most = numbers.u32();
    if (!numbers.ok() || interfaces_.size() == max_interfaces) return damaged();
    while (numbers.left() >= 4) {
      const auto option = numbers.u16();
      const auto length = numbers.u16();
      if (option == 0) break;
      const auto value = numbers.take((length + 3U) / 4 * 4);
      if (!numbers.ok()) return damaged();
      if (option == option_resolution && length == 1)
        one.unit_us = 1e6 / ((value[0] & 0x80) != 0 ? std::pow(2.0, value[0] & 0x7f)
                                                    : std::pow(10.0, value[0]));
      if (option == option_offset && length == 8) {
        const auto seconds = static_cast<std::int64_t>(FileNumbers(value, little_).u64());
        constexpr auto far = std::int64_t{1} << 40;
        if (seconds > -far && seconds < far) one.offset = seconds * second_us;
      }
    }
    interfaces_.push_back(one);
    return {};
  }

  Input& input_;
  const Visit& visit_;
  bool little_ = false;
  bool enough_ = false;
  std::vector<Interface> interfaces_;
};

}  // namespace

bool is_capture(std::string_view front) noexcept {
  const Bytes bytes{reinterpret_cast<const std::uint8_t*>(front.data()), front.size()};
  if (bytes.size() < 12) return false;
  if (first_number(bytes) != section_block) return is_classic(first_number(bytes));
  const auto order = first_number(bytes.subspan(8));
  return order == order_magic || order == swapped(order_magic);
}

Result<void> read_capture(const ReadBytes& read, const Visit& visit) {
  Input input(read);
  const auto head = input.take(4);
  if (!head) return head.error();
  if (!*head) return Error{Errc::invalid, "no capture"};
  const auto magic = first_number(input.bytes());
  if (magic == section_block) return PcapNg(input, visit).run();
  if (is_classic(magic)) return read_classic(input, magic, visit);
  return Error{Errc::invalid, "no capture"};
}

}  // namespace netlogd::cli
