// DatagramMember: an echo member that talks by datagrams, one line in each. There is no handshake:
// it is in once a datagram that only asks has come back. Lost datagrams stay lost. Threads: its
// crew's only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/engine/echo_member.h"
#include "net/datagram_socket.h"

namespace grotto::load {

class DatagramMember final : public EchoMember, private DatagramSocketHandler {
 public:
  DatagramMember(Crew& crew, std::uint32_t index);

  void connect() override;
  void leave() override;
  [[nodiscard]] bool is_open() const noexcept override { return step_ == Step::in; }
  [[nodiscard]] bool was_closed() const noexcept override { return step_ == Step::lost; }
  /// Sends at once what may be sent.
  void flush_soon() override;

 private:
  enum class Step : std::uint8_t { fresh, asking, in, lost, over };

  void on_datagram(std::string_view bytes) override;
  void on_unreachable(int error) override;
  void ask();
  void on_answer(std::string_view bytes);
  void fail(int exit_status, std::string sentence);

  static constexpr std::uint64_t kAskAgainMs = 250;  // the question may be lost too
  static constexpr std::uint64_t kSendAgainMs = 1;   // the kernel had no room

  DatagramSocket socket_;
  Step step_ = Step::fresh;
  std::string question_;
  std::uint64_t begun_ns_ = 0;
  TimerOf<DatagramMember, &DatagramMember::ask> ask_timer_{*this};
  TimerOf<DatagramMember, &DatagramMember::flush_soon> send_timer_{*this};
};

}  // namespace grotto::load
