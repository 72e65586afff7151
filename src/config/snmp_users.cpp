#include "netlogd/config/snmp_users.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>

#include "config/reader.hpp"
#include "config/yaml_tree.hpp"
#include "netlogd/core/nearest_word.hpp"
#include "netlogd/core/text_cursor.hpp"

namespace netlogd::config {
namespace {

constexpr std::uint64_t max_users_bytes = 4ULL * 1024 * 1024;
constexpr std::size_t least_password = 8;  // RFC 3414, 11.2
constexpr std::size_t max_password = 1024;
constexpr std::size_t max_user_name = 32;  // RFC 3414, 5: SnmpAdminString (SIZE(0..32))
constexpr std::size_t max_community = 1024;

// Words in the order of SnmpAuth and SnmpPriv; blanks, '-' and '_' in what was written do not
// count.
constexpr std::array<std::string_view, 7> auth_words = {"NONE",   "MD5",    "SHA",   "SHA224",
                                                        "SHA256", "SHA384", "SHA512"};
constexpr std::array<std::string_view, 7> priv_words = {"NONE",   "DES",     "AES",    "AES192",
                                                        "AES256", "AES192C", "AES256C"};

// The keys of a user, with the other spellings that are in use.
enum class Key : std::uint8_t { name, auth, auth_password, priv, priv_password, engine_id, note };
struct KeyWord {
  std::string_view word;
  Key key;
};
constexpr KeyWord key_words[] = {
    {"name", Key::name},
    {"user", Key::name},
    {"auth", Key::auth},
    {"auth_password", Key::auth_password},
    {"authpass", Key::auth_password},
    {"priv", Key::priv},
    {"priv_password", Key::priv_password},
    {"privpass", Key::priv_password},
    {"engine_id", Key::engine_id},
    {"note", Key::note},
};

std::string plain_word(std::string_view text) {
  std::string word;
  for (const char c : text.substr(0, 32))
    if (c != '-' && c != '_' && c != ' ') word += is_lower(c) ? static_cast<char>(c - 32) : c;
  if (word == "SHA1") return "SHA";
  if (word == "AES128") return "AES";
  return word;
}

// "0x" and pairs of hexadecimal digits; nothing when it is not that.
std::optional<std::string> octets_of(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  const auto value = [](char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; };
  std::string octets;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    if (!is_hex(hex[i]) || !is_hex(hex[i + 1])) return std::nullopt;
    octets += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  }
  return octets;
}

bool begins_with_0x(std::string_view text) noexcept {
  return text.starts_with("0x") || text.starts_with("0X");
}

// One entry of `users`. No sentence quotes a value that could be a secret in the wrong place.
class UserReader {
 public:
  UserReader(const YamlNode& node, std::size_t index, const FaultSink& sink)
      : node_(node), place_(fmt::format("users[{}]", index)), sink_(sink) {}

  std::optional<SnmpUserSetting> read() {
    if (!node_.is(YamlNode::Kind::map)) {
      complain(node_.line, fmt::format("is {}, it should be a map of keys", kind_word(node_)));
      return std::nullopt;
    }
    for (const auto& member : node_.members) read_member(member);
    check();
    return wrong_ ? std::nullopt : std::optional(std::move(user_));
  }

 private:
  void complain(int line, std::string_view sentence) {
    wrong_ = true;
    sink_.add(line, fmt::format("{}: {}", place_, sentence));
  }

  void read_member(const YamlMember& member) {
    const KeyWord* found = nullptr;
    for (const auto& word : key_words)
      if (word.word == member.key) found = &word;
    if (found == nullptr) {
      std::array<std::string_view, std::size(key_words)> words;
      for (std::size_t i = 0; i < words.size(); ++i) words[i] = key_words[i].word;
      return complain(member.line, fmt::format("unknown key \"{}\", the nearest is \"{}\"",
                                               member.key, nearest_word(member.key, words)));
    }
    if (found->key == Key::note || member.value.is(YamlNode::Kind::null)) return;
    if (!member.value.is(YamlNode::Kind::scalar))
      return complain(member.line, fmt::format("{} is {}, it should be a text", member.key,
                                               kind_word(member.value)));
    set(found->key, member.value.text, member.line);
  }

  void set(Key key, const std::string& text, int line) {
    switch (key) {
      case Key::name:
        user_.name = text;
        if (text.size() > max_user_name)
          complain(line, fmt::format("name has more than {} octets", max_user_name));
        return;
      case Key::auth:
        return set_word(user_.auth, auth_words, "auth", text, line);
      case Key::priv:
        return set_word(user_.priv, priv_words, "priv", text, line);
      case Key::auth_password:
        return set_password(user_.auth_password, "auth_password", text, line);
      case Key::priv_password:
        return set_password(user_.priv_password, "priv_password", text, line);
      case Key::engine_id:
        return set_engine(text, line);
      case Key::note:
        return;
    }
  }

  template <typename Word, std::size_t count>
  void set_word(Word& value, const std::array<std::string_view, count>& words, std::string_view key,
                std::string_view text, int line) {
    const std::string plain = plain_word(text);
    for (std::size_t i = 0; i < count; ++i) {
      if (plain != words[i] && !(i == 0 && plain.empty())) continue;
      value = static_cast<Word>(i);
      return;
    }
    complain(line,
             fmt::format("{} is none of {}", key, fmt::join(words.begin(), words.end(), ", ")));
  }

  void set_password(std::string& password, std::string_view key, const std::string& text,
                    int line) {
    password = text;
    if (text.size() < least_password)
      complain(line, fmt::format("{} is shorter than {} octets", key, least_password));
    if (text.size() > max_password)
      complain(line, fmt::format("{} is longer than {} octets", key, max_password));
  }

  void set_engine(std::string_view text, int line) {
    if (text == "any") {
      user_.engine = SnmpEngine::any;
      return;
    }
    auto octets = octets_of(begins_with_0x(text) ? text.substr(2) : text);
    // RFC 3411, 5: SnmpEngineID (SIZE(5..32)).
    if (!octets || octets->size() < 5 || octets->size() > 32)
      return complain(line,
                      "engine_id is neither \"any\" nor 5 to 32 octets in hexadecimal digits");
    user_.engine = SnmpEngine::exact;
    user_.engine_id = std::move(*octets);
  }

  void check() {
    if (wrong_) return;
    if (user_.name.empty()) complain(node_.line, "name is missing");
    if (user_.auth != SnmpAuth::none && user_.auth_password.empty())
      complain(node_.line, "auth_password is missing");
    if (user_.auth == SnmpAuth::none && !user_.auth_password.empty())
      complain(node_.line, "auth is missing");
    if (user_.priv != SnmpPriv::none && user_.priv_password.empty())
      complain(node_.line, "priv_password is missing");
    if (user_.priv == SnmpPriv::none && !user_.priv_password.empty())
      complain(node_.line, "priv is missing");
    if (user_.priv != SnmpPriv::none && user_.auth == SnmpAuth::none)
      complain(node_.line, "priv needs auth: there is no privacy without authentication");
  }

  const YamlNode& node_;
  std::string place_;
  const FaultSink& sink_;
  SnmpUserSetting user_;
  bool wrong_ = false;
};

void read_users(const YamlNode& list, SnmpAccessSetting& access, const FaultSink& sink) {
  if (list.is(YamlNode::Kind::null)) return;
  if (!list.is(YamlNode::Kind::list))
    return sink.add(list.line, fmt::format("users: is {}, it should be a list", kind_word(list)));
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    auto user = UserReader(list.items[i], i, sink).read();
    if (!user) continue;
    for (const auto& earlier : access.users)
      if (earlier.name == user->name &&
          (earlier.engine == SnmpEngine::exact) == (user->engine == SnmpEngine::exact) &&
          earlier.engine_id == user->engine_id) {
        sink.add(list.items[i].line,
                 fmt::format("users[{}]: the user \"{}\" stands twice", i, user->name));
        break;
      }
    access.users.push_back(std::move(*user));
  }
}

void read_community(const YamlNode& node, SnmpAccessSetting& access, const FaultSink& sink) {
  if (!node.is(YamlNode::Kind::scalar))
    return sink.add(node.line,
                    fmt::format("communities: has {} where a text should be", kind_word(node)));
  if (node.text.size() > max_community)
    return sink.add(node.line,
                    fmt::format("communities: one is longer than {} octets", max_community));
  if (!begins_with_0x(node.text)) return access.communities.push_back(node.text);
  if (auto octets = octets_of(std::string_view(node.text).substr(2)))
    access.communities.push_back(std::move(*octets));
  else
    sink.add(node.line,
             "communities: one begins with 0x and goes on with something else than pairs of "
             "hexadecimal digits");
}

void read_communities(const YamlNode& node, SnmpAccessSetting& access, const FaultSink& sink) {
  access.any_community = false;
  if (node.is(YamlNode::Kind::scalar)) return read_community(node, access, sink);
  if (node.is(YamlNode::Kind::map))
    return sink.add(node.line, "communities: is a map of keys, it should be a list");
  for (const auto& item : node.items) read_community(item, access, sink);
}

void read_root(const YamlNode& root, SnmpAccessSetting& access, const FaultSink& sink) {
  if (root.is(YamlNode::Kind::list)) return read_users(root, access, sink);
  if (!root.is(YamlNode::Kind::map))
    return sink.add(root.line, "holds neither users nor communities");
  for (const auto& member : root.members) {
    constexpr std::array<std::string_view, 2> known = {"communities", "users"};
    if (member.key == "communities")
      read_communities(member.value, access, sink);
    else if (member.key == "users")
      read_users(member.value, access, sink);
    else
      sink.add(member.line, fmt::format("unknown key \"{}\", the nearest is \"{}\"", member.key,
                                        nearest_word(member.key, known)));
  }
}

// The mode is asked of the file that is read, not of its name. A file of root that our group may
// read is how a service is given its secrets, and worth no warning.
void check_mode(int fd, const std::string& path, LoadedSnmpUsers& loaded) {
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
    loaded.faults.push_back({path, 1, "is no ordinary file"});
  else if ((info.st_mode & S_IRWXO) != 0)
    loaded.faults.push_back(
        {path, 1,
         fmt::format("others may read or change it (mode {:04o}); chmod 0600 it",
                     info.st_mode & 07777U)});
  else if ((info.st_mode & S_IWGRP) != 0)
    loaded.faults.push_back({path, 1,
                             fmt::format("its group may change it (mode {:04o}); chmod 0640 it",
                                         info.st_mode & 07777U)});
  else if ((info.st_mode & S_IRWXG) != 0 && info.st_uid != 0)
    loaded.warnings.push_back(
        {path, 1, fmt::format("its group may read it (mode {:04o})", info.st_mode & 07777U)});
}

// By the descriptor whose mode was looked at; one octet more than the limit at most.
std::optional<std::string> read_opened(FileOps& files, int fd) {
  std::string text;
  std::array<char, 16384> block;
  while (text.size() <= max_users_bytes) {
    const auto n = files.read_at(fd, block, text.size());
    if (!n) return std::nullopt;
    if (*n == 0) break;
    text.append(block.data(), *n);
  }
  return text;
}

// A library's sentence may quote what it stumbled over, and that may be a password.
void hide_details(Faults& faults) {
  for (auto& fault : faults)
    fault.sentence = "no valid YAML; a text that begins with a sign needs quotes";
}

}  // namespace

LoadedSnmpUsers parse_snmp_users(const NamedText& file) {
  LoadedSnmpUsers loaded;
  if (file.text.size() > max_users_bytes) {
    loaded.faults.push_back(
        {file.name, 1, fmt::format("is longer than {} octets", max_users_bytes)});
    return loaded;
  }
  const auto root = read_yaml(file, loaded.faults);
  if (root)
    read_root(*root, loaded.access, {file.name, loaded.faults});
  else
    hide_details(loaded.faults);
  return loaded;
}

LoadedSnmpUsers load_snmp_users(FileOps& files, const std::string& path) {
  LoadedSnmpUsers loaded;
  const auto opened = files.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
  if (!opened) {
    std::string_view sentence = opened.error().sentence;
    if (sentence.starts_with(path + ": ")) sentence.remove_prefix(path.size() + 2);
    loaded.faults.push_back({path, 1, std::string(sentence)});
    return loaded;
  }
  check_mode(opened->get(), path, loaded);
  if (!loaded.faults.empty()) return loaded;
  auto text = read_opened(files, opened->get());
  if (!text) {
    loaded.faults.push_back({path, 1, "cannot be read"});
    return loaded;
  }
  auto parsed = parse_snmp_users({path, std::move(*text)});
  parsed.warnings.insert(parsed.warnings.begin(), loaded.warnings.begin(), loaded.warnings.end());
  return parsed;
}

}  // namespace netlogd::config
