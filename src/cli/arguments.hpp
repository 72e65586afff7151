// The command line, without the library that reads it: each command says its options here, so that
// one source file alone pays for including that library.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace netlogd::cli {

struct Rules {
  bool required = false;
  bool shows_default = false;
  bool takes_commas = false;         // a,b,c are three values
  std::vector<std::string> choices;  // empty: any
  const char* group = "Options";
};

class Command {
 public:
  // `names`: "-n,--limit"; without a dash it is an argument. The value must live until the action.
  void option(const char* names, std::string& into, const char* help, const Rules& rules = {});
  void option(const char* names, std::vector<std::string>& into, const char* help,
              const Rules& rules = {});
  void option(const char* names, std::size_t& into, const char* help, const Rules& rules = {});
  void option(const char* names, long long& into, const char* help, const Rules& rules = {});
  void option(const char* names, std::uint16_t& into, const char* help, const Rules& rules = {});
  void option(const char* names, double& into, const char* help, const Rules& rules = {});
  void flag(const char* names, bool& into, const char* help, const char* group = "Options");
  // What is done when this command is asked for; gives the exit status.
  void action(std::function<int()> action);

 private:
  friend class CommandLine;
  Command(void* app, std::function<int()>& chosen) : app_(app), chosen_(&chosen) {}
  void* app_;
  std::function<int()>* chosen_;
};

class CommandLine {
 public:
  CommandLine(const char* about, const char* footer, const char* version);
  ~CommandLine();

  // Options of every command.
  Command shared();
  Command command(const char* name, const char* help, const char* alias = nullptr);

  // Runs the action of the command that is asked for. Help: 0. Wrong usage: 2.
  int run(int argc, const char* const* argv);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace netlogd::cli
