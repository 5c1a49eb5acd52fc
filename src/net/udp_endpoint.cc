#include "net/udp_endpoint.h"

#include <fmt/format.h>
#include <unistd.h>
#include <uv.h>

#include "net/endpoint.h"
#include "net/uv_handle.h"
#include "net/worker.h"

namespace grotto {

namespace {

class LoopUdpEndpoint final : public UdpEndpoint {
 public:
  LoopUdpEndpoint(Worker& worker, DatagramHandler& handler) : worker_(worker), handler_(handler) {}

  int bind(const Endpoint& wanted) {
    auto* const loop = static_cast<uv_loop_t*>(worker_.loop());
    int error = udp_.open(this, [&](uv_udp_t* handle) { return uv_udp_init(loop, handle); });
    if (error == 0) error = uv_udp_bind(udp_.get(), wanted.address(), 0);
    return error != 0 ? error : begin();
  }

  int take_over(int fd) {
    uv_loop_t* const loop = static_cast<uv_loop_t*>(worker_.loop());
    int error = udp_.open(this, [&](uv_udp_t* handle) { return uv_udp_init(loop, handle); });
    if (error == 0) error = uv_udp_open(udp_.get(), fd);
    if (error != 0) {
      ::close(fd);
      return error;
    }
    return begin();
  }

  [[nodiscard]] int descriptor() const override {
    uv_os_fd_t fd = -1;
    uv_fileno(reinterpret_cast<const uv_handle_t*>(udp_.get()), &fd);
    return fd;
  }

  int begin() {
    sockaddr_storage bound{};
    int size = sizeof bound;
    uv_udp_getsockname(udp_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
    local_ = Address::from(reinterpret_cast<sockaddr&>(bound));
    return uv_udp_recv_start(udp_.get(), allocate_cb, receive_cb);
  }

  [[nodiscard]] std::string local_name() const override { return local_.to_string(); }
  [[nodiscard]] std::uint16_t local_port() const override { return local_.port(); }

 private:
  static void allocate_cb(uv_handle_t* handle, std::size_t, uv_buf_t* buffer) noexcept {
    auto* const self = static_cast<LoopUdpEndpoint*>(handle->data);
    *buffer = uv_buf_init(self->worker_.read_buffer(), Worker::kReadBytes);
  }

  static void receive_cb(uv_udp_t* handle, ssize_t size, const uv_buf_t* buffer,
                         const sockaddr* source, unsigned /*flags*/) noexcept {
    if (size < 0 || source == nullptr) return;  // nothing there, or an ICMP error of an answer
    auto* const self = static_cast<LoopUdpEndpoint*>(handle->data);
    try {
      self->receive({buffer->base, static_cast<std::size_t>(size)}, source);
    } catch (...) {
      self->worker_.counters().udp_dropped.add();
    }
  }

  void receive(std::string_view bytes, const sockaddr* source) {
    if (!handler_.on_datagram(Address::from(*source), bytes)) return;
    const uv_buf_t answer =
        uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
    if (uv_udp_try_send(udp_.get(), &answer, 1, source) < 0) worker_.counters().udp_dropped.add();
  }

  Worker& worker_;
  DatagramHandler& handler_;
  UvHandle<uv_udp_t> udp_;
  Address local_;
};

}  // namespace

Result<std::unique_ptr<UdpEndpoint>> UdpEndpoint::take_over(Worker& worker, int fd,
                                                            DatagramHandler& handler) {
  auto made = std::make_unique<LoopUdpEndpoint>(worker, handler);
  const int error = made->take_over(fd);
  if (error != 0) {
    return Error{
        fmt::format("cannot receive datagrams on what was handed over: {}", uv_strerror(error)),
        69};
  }
  return std::unique_ptr<UdpEndpoint>(std::move(made));
}

Result<std::unique_ptr<UdpEndpoint>> UdpEndpoint::open(Worker& worker, std::string_view endpoint,
                                                       DatagramHandler& handler) {
  auto wanted = Endpoint::resolve(endpoint, SOCK_DGRAM);
  if (!wanted) return wanted.error();
  auto made = std::make_unique<LoopUdpEndpoint>(worker, handler);
  const int error = wanted->is_unix() ? UV_EINVAL : made->bind(*wanted);
  if (error != 0) {
    return Error{fmt::format("cannot receive datagrams on {}: {}", endpoint, uv_strerror(error)),
                 69};
  }
  return std::unique_ptr<UdpEndpoint>(std::move(made));
}

}  // namespace grotto
