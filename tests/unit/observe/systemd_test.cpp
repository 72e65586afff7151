#include "netlogd/observe/systemd.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstring>

namespace netlogd::observe {
namespace {

// The service manager's end: a datagram socket with a name in the abstract namespace.
class Manager {
 public:
  Manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socklen_t length = sizeof(sa_family_t);  // autobind: the kernel chooses an abstract name
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    length = sizeof address;
    EXPECT_EQ(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
    name_ = "@" + std::string(address.sun_path + 1, length - sizeof(sa_family_t) - 1);
  }
  [[nodiscard]] ServiceEnvironment environment() const { return {.notify_socket = name_}; }

  std::string receive(int* fd = nullptr) {
    char buffer[1024];
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    iovec part{buffer, sizeof buffer};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t n = ::recvmsg(socket_.get(), &message, 0);
    const cmsghdr* header = n < 0 ? nullptr : CMSG_FIRSTHDR(&message);
    if (fd != nullptr && header != nullptr) std::memcpy(fd, CMSG_DATA(header), sizeof *fd);
    return n < 0 ? "" : std::string(buffer, static_cast<std::size_t>(n));
  }

 private:
  UniqueFd socket_;
  std::string name_;
};

TEST(ServiceManager, tells_the_states) {
  Manager manager;
  ServiceManager service(manager.environment());
  EXPECT_TRUE(service.ready("4 listeners\nMAINPID=1"));
  EXPECT_EQ(manager.receive(), "READY=1\nSTATUS=4 listeners MAINPID=1");
  EXPECT_TRUE(service.reloading());
  EXPECT_EQ(manager.receive().rfind("RELOADING=1\nMONOTONIC_USEC=", 0), 0U);
  EXPECT_TRUE(service.status("ok"));
  EXPECT_EQ(manager.receive(), "STATUS=ok");
  EXPECT_TRUE(service.watchdog());
  EXPECT_EQ(manager.receive(), "WATCHDOG=1");
  EXPECT_TRUE(service.stopping());
  EXPECT_EQ(manager.receive(), "STOPPING=1");
}

TEST(ServiceManager, passes_a_descriptor_to_the_store) {
  Manager manager;
  ServiceManager service(manager.environment());
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  EXPECT_TRUE(service.store("syslog/udp/[::1]:514", write_end.get()));
  int copy = -1;
  EXPECT_EQ(manager.receive(&copy), "FDSTORE=1\nFDNAME=syslog/udp/[__1]_514");
  const UniqueFd passed(copy);
  ASSERT_TRUE(passed);
  write_end.reset();
  EXPECT_EQ(::write(passed.get(), "x", 1), 1);
  char c = 0;
  EXPECT_EQ(::read(read_end.get(), &c, 1), 1);
  EXPECT_TRUE(service.forget("a:b"));
  EXPECT_EQ(manager.receive(), "FDSTOREREMOVE=1\nFDNAME=a_b");
}

TEST(ServiceManager, does_nothing_without_a_manager) {
  ServiceManager service({});
  EXPECT_FALSE(service.present());
  EXPECT_TRUE(service.ready("x"));
  EXPECT_FALSE(service.watchdog_interval());
  EXPECT_TRUE(service.take_sockets().empty());
}

TEST(ServiceManager, says_when_the_manager_cannot_be_reached) {
  for (const char* path : {"@netlogd-no-such-socket", "relative", "@", "/no/such/socket"})
    EXPECT_FALSE(ServiceManager({.notify_socket = path}).watchdog()) << path;
  EXPECT_FALSE(ServiceManager({.notify_socket = "@" + std::string(200, 'x')}).watchdog());
}

TEST(ServiceManager, reads_the_watchdog_interval) {
  const std::string me = std::to_string(::getpid());
  struct Case {
    const char* usec;
    std::string pid;
    bool wanted;
  };
  for (const auto& c :
       {Case{"30000000", "", true}, Case{"30000000", me, true}, Case{"30000000", "1", false},
        Case{"0", "", false}, Case{"-1", "", false}, Case{"3x", "", false}, Case{"", "", false}})
    EXPECT_EQ(ServiceManager({.watchdog_usec = c.usec, .watchdog_pid = c.pid})
                  .watchdog_interval()
                  .has_value(),
              c.wanted)
        << c.usec << " " << c.pid;
}

TEST(ServiceManager, takes_no_sockets_that_are_for_another_process) {
  EXPECT_TRUE(ServiceManager({.listen_pid = "1", .listen_fds = "2"}).take_sockets().empty());
  EXPECT_TRUE(ServiceManager({.listen_pid = "x", .listen_fds = "2"}).take_sockets().empty());
}

TEST(ServiceManager, takes_passed_sockets_with_their_names_once) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    int ends[2];
    if (::pipe(ends) != 0 || ::dup2(ends[0], 3) != 3 || ::dup2(ends[1], 4) != 4) ::_exit(9);
    ServiceManager service(
        {.listen_pid = std::to_string(::getpid()), .listen_fds = "2", .listen_fdnames = "syslog:"});
    const auto sockets = service.take_sockets();
    const bool right = sockets.size() == 2 && sockets[0].fd.get() == 3 &&
                       sockets[0].name == "syslog" && sockets[1].fd.get() == 4 &&
                       sockets[1].name == "unknown" && service.take_sockets().empty();
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ServiceEnvironment, is_removed_from_the_environment) {
  ::setenv("LISTEN_FDNAMES", "a:b", 1);
  EXPECT_EQ(ServiceEnvironment::take().listen_fdnames, "a:b");
  EXPECT_EQ(::getenv("LISTEN_FDNAMES"), nullptr);
}

}  // namespace
}  // namespace netlogd::observe
