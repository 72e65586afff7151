// Any octets as an SNMP datagram, and (by the first octet) as the scoped PDU of a v3 message that
// is signed and encrypted with keys that the maker knows. Whatever comes: at most one record, one
// line, UTF-8 without control characters, and no answer that is much longer than the question.

#include <cstdlib>

#include "../support/trap_support.hpp"

namespace {

using namespace netlogd;
namespace support = netlogd::trap_support;

void require(bool truth) {
  if (!truth) std::abort();
}

struct World {
  std::vector<support::Sender> senders;
  std::unique_ptr<support::Bench> bench;

  World() {
    wire::SnmpAccess access;
    for (const wire::UsmUserWords& words :
         {wire::UsmUserWords{.name = "open"},
          {.name = "auth", .auth = "MD5", .auth_password = "maplesyrup"},
          {.name = "des",
          .auth = "SHA",
          .auth_password = "maplesyrup",
          .priv = "DES",
          .priv_password = "maplesyrup"},
          {.name = "aes",
          .auth = "SHA256",
          .auth_password = "maplesyrup",
          .priv = "AES256",
          .priv_password = "maplesyrup"}}) {
      support::Sender sender;
      sender.user = support::user(words);
      senders.push_back(sender);
      access.users.push_back(sender.user);
    }
    bench = std::make_unique<support::Bench>(support::tables(support::source_dir(), access));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string datagram(input);
  // A BER message begins with 0x30; smaller octets choose a sender instead.
  if (data[0] < world.senders.size() && size > 1) {
    support::Sender& sender = world.senders[data[0]];
    ++sender.time;
    ++sender.salt;
    datagram = support::v3(sender, input.substr(1));
  }
  const std::string line = world.bench->give(datagram);
  TextBatch& batch = world.bench->batch();
  require(batch.lines().size() <= 1);
  std::uint64_t counted = batch.lines().size() + batch.no_record_count();
  for (const std::uint64_t dropped : batch.dropped()) counted += dropped;
  require(counted == 1);
  require(is_utf8(line));
  for (const char c : line) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  for (const Reply& reply : batch.replies()) require(reply.bytes.size() <= datagram.size() + 160);
  return 0;
}
