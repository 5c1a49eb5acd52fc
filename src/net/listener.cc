#include "net/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "net/accept_backoff.h"
#include "net/bind_socket.h"
#include "net/endpoint.h"
#include "net/keep_alive.h"
#include "net/last_words.h"
#include "net/socket_file.h"
#include "net/worker.h"

namespace grotto {

namespace {

void set_option(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);  // a missing option is no reason to stop
}

/// Accepted sockets inherit these (on Linux; elsewhere they cost a call each, see accept()).
void set_stream_options(int fd, bool is_unix) {
  if (is_unix) {
    set_option(fd, SOL_SOCKET, SO_SNDBUF, 64 * 1024);
    return;
  }
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_OOBINLINE, 1);
#ifdef TCP_NOTSENT_LOWAT
  set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 16 * 1024);
#else
  set_option(fd, SOL_SOCKET, SO_SNDBUF, 64 * 1024);
#endif
}

int open_spare() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

class StreamListener final : public Listener, private Selectable {
 public:
  StreamListener(Worker& worker, int fd, const Endpoint& bound, ListenerHandler& handler,
                 std::string_view full_sentence)
      : worker_(worker),
        fd_(fd),
        bound_(bound),
        handler_(handler),
        full_sentence_(fmt::format("{}\r\n", full_sentence)),
        file_(bound.is_unix() ? SocketFile(bound.path()) : SocketFile()),
        spare_(open_spare()) {
    if (!bound.is_unix()) keep_alive_.apply(fd, worker.limits().keep_alive_ms);
  }

  ~StreamListener() override {
    stop();
    if (spare_ >= 0) ::close(spare_);
  }

  [[nodiscard]] std::string local_name() const override { return bound_.to_string(); }

  void start() override {
    token_ = worker_.table().add(*this);
    is_registered_ = true;
    resume();
  }

  void stop() override {
    if (fd_ < 0) return;
    resume_timer_.cancel();
    if (is_registered_) {
      worker_.selector().remove(fd_);
      worker_.table().remove(token_);
      is_registered_ = false;
    }
    ::close(fd_);
    fd_ = -1;
    file_.remove();
  }

  [[nodiscard]] int descriptor() const override { return fd_; }
  void disown() override { file_ = SocketFile(); }

 private:
  void on_exception() noexcept override {}  // the descriptor was the handler's; the next may do

  void on_ready(const ReadyEvent& /*event*/) override {
    for (std::size_t i = 0; i < worker_.limits().accepts_per_turn && fd_ >= 0; ++i) {
      if (!accept_one()) return;
    }
  }

  /// False: enough for this wake-up.
  bool accept_one() {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
#ifdef __linux__
    const int fd =
        ::accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
#else
    const int fd = ::accept(fd_, reinterpret_cast<sockaddr*>(&from), &size);
    if (fd >= 0) {
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
      ::fcntl(fd, F_SETFL, O_NONBLOCK);
      set_stream_options(fd, bound_.is_unix());
    }
#endif
    if (fd < 0) return survive(errno);
    backoff_.on_success();
    if (bound_.is_unix()) {
      set_stream_options(fd, true);  // Unix sockets inherit nothing
    } else {
      keep_alive(fd);
    }
    if (spare_ < 0) spare_ = open_spare();
    handler_.on_accept(
        fd, bound_.is_unix() ? unix_peer(fd) : Address::from(reinterpret_cast<sockaddr&>(from)));
    return true;
  }

  /// What those after this one inherit; where nothing is inherited, it is set each time.
  void keep_alive(int fd) {
    const std::uint64_t keep_alive_ms = worker_.limits().keep_alive_ms;
#ifdef __linux__
    static_cast<void>(fd);
    if (keep_alive_.on_accept(keep_alive_ms)) keep_alive_.apply(fd_, keep_alive_ms);
#else
    static_cast<void>(keep_alive_.on_accept(keep_alive_ms));
    keep_alive_.apply(fd, keep_alive_ms);
#endif
  }

  static Address unix_peer(int fd) {
#ifdef __linux__
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
      return Address::unix_peer(static_cast<std::uint32_t>(credentials.pid));
    }
#else
    static_cast<void>(fd);
#endif
    return Address::unix_peer(0);
  }

  bool survive(int error) {
    if (error == EAGAIN || error == EWOULDBLOCK) return false;
    if (error == EINTR) return true;
    if (error == EMFILE) refuse_by_spare();
    const std::uint64_t pause_ms = backoff_.on_error(error, worker_.limits());
    if (pause_ms > 0) {
      worker_.selector().remove(fd_);
      worker_.wheel().arm(resume_timer_, pause_ms);
    }
    handler_.on_accept_error(error);  // last: there may be no memory for what it does
    return pause_ms == 0;             // that peer is gone; the next may be fine
  }

  /// Without a free descriptor the peer could not even be told: the spare one is for that.
  void refuse_by_spare() {
    if (spare_ < 0) return;
    ::close(spare_);
    spare_ = -1;
    const int fd = ::accept(fd_, nullptr, nullptr);
    if (fd >= 0) say_last_words(fd, full_sentence_);
    spare_ = open_spare();
  }

  void resume() {
    if (fd_ < 0 || worker_.selector().add_level_triggered(fd_, token_)) return;
    worker_.wheel().arm(resume_timer_,
                        worker_.limits().accept_pause_max_ms);  // never deaf for good
  }

  Worker& worker_;
  int fd_;
  const Endpoint bound_;
  ListenerHandler& handler_;
  const std::string full_sentence_;
  SocketFile file_;
  int spare_;
  Token token_;
  bool is_registered_ = false;
  KeepAlive keep_alive_;
  AcceptBackoff backoff_;
  TimerOf<StreamListener, &StreamListener::resume> resume_timer_{*this};
};

}  // namespace

Result<std::unique_ptr<Listener>> Listener::take_over(Worker& worker, int fd,
                                                      std::string_view endpoint,
                                                      ListenerHandler& handler,
                                                      std::string_view full_sentence) {
  int is_listening = 0;
  socklen_t size = sizeof is_listening;
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) != 0 || is_listening == 0) {
    ::close(fd);
    return Error{fmt::format("what was handed over for {} does not listen", endpoint), 69};
  }
  auto wanted = Endpoint::resolve(endpoint, SOCK_STREAM);
  if (!wanted) {
    ::close(fd);
    return wanted.error();
  }
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  set_stream_options(fd, wanted->is_unix());
  const Endpoint bound = wanted->is_unix() ? *wanted : Endpoint::bound_to(fd);
  return std::unique_ptr<Listener>(
      std::make_unique<StreamListener>(worker, fd, bound, handler, full_sentence));
}

Result<std::unique_ptr<Listener>> Listener::open(Worker& worker, std::string_view endpoint,
                                                 ListenerHandler& handler,
                                                 std::string_view full_sentence) {
  auto fd = bind_listener(endpoint);
  if (!fd) return fd.error();
  return take_over(worker, fd->release(), endpoint, handler, full_sentence);
}

}  // namespace grotto
