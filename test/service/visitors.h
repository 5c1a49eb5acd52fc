// Visitors for tests of the chat: sessions without sockets at one worker without a thread.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../room/crowd.h"
#include "grotto/feed.h"
#include "grotto/session.h"
#include "line/text.h"
#include "service/chat_service.h"

namespace grotto::testing {

/// What a person reads, in order, and who he is for the chat.
class Visitor final : public Session {
 public:
  Visitor() = default;
  explicit Visitor(std::string first_command) : first_command_(std::move(first_command)) {}

  [[nodiscard]] Participant& who() { return static_cast<Participant&>(*state()); }

  /// The lines that have come since the last call; each must be whole.
  std::vector<std::string> reads() {
    flush();
    std::vector<std::string> lines;
    std::string text = std::exchange(bytes_, {});
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find("\r\n", at);
      REQUIRE(end != std::string::npos);
      lines.push_back(text.substr(at, end - at));
      at = end + 2;
    }
    return lines;
  }

  [[nodiscard]] CloseReason reason() const { return reason_; }

  /// From now on so many bytes of its own lines are there that its connection does not take.
  void stalls_at(std::size_t bytes) { outbox_bytes_ = bytes; }

  // Session
  void write(std::string_view bytes) override { bytes_ += bytes; }
  void write_line(std::string_view text) override {
    std::string scratch;
    bytes_ += clean_text(text, scratch);
    bytes_ += "\r\n";
  }
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override { return outbox_bytes_; }
  [[nodiscard]] std::size_t undelivered_bytes() const noexcept override { return 0; }
  void follow(Feed* feed) override { feed_ = feed; }
  void touch() override {}
  void finish(CloseReason reason, std::string_view last_line) override {
    if (is_ending()) return;
    reason_ = reason;
    if (!last_line.empty()) write_line(last_line);
  }
  void abort(CloseReason reason) override { finish(reason, {}); }
  void resume() override {}
  [[nodiscard]] bool is_ending() const noexcept override { return reason_ != CloseReason::none; }
  bool start_telnet() override { return false; }
  bool hide_input(bool /*is_hidden*/) override { return false; }
  [[nodiscard]] std::string_view first_command() const noexcept override { return first_command_; }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return 0; }
  [[nodiscard]] std::string peer_name() const override { return "127.0.0.1:40712"; }
  [[nodiscard]] std::string peer_host() const override { return "127.0.0.1"; }

 private:
  void flush() {
    while (feed_ != nullptr && feed_->has_more()) {
      feed_->preface(bytes_);
      Slice slices[8];
      std::size_t bytes = 0;
      const std::size_t filled = feed_->gather(slices, 4096);
      for (std::size_t i = 0; i < filled; ++i) {
        bytes_.append(slices[i].data, slices[i].size);
        bytes += slices[i].size;
      }
      if (filled > 0) bytes_ += feed_->advance(bytes);
    }
  }

  const std::string first_command_;
  std::size_t outbox_bytes_ = 0;
  Feed* feed_ = nullptr;
  std::string bytes_;
  CloseReason reason_ = CloseReason::none;
};

/// A chat with one worker.
class Grotto {
 public:
  explicit Grotto(const ChatOptions& options = {}, const Limits& limits = {})
      : lobby_(std::make_shared<Lobby>(limits, 1)),
        service_(make_chat_factory(lobby_, options, limits)(worker_)) {}
  Grotto(const Grotto&) = delete;
  Grotto& operator=(const Grotto&) = delete;
  ~Grotto() {
    for (const auto& each : visitors_) service_->on_closed(*each, CloseReason::peer_closed);
    tick();
  }

  Service& service() { return *service_; }

  Visitor& comes(const std::string& first_command = {}) {
    Visitor& visitor = *visitors_.emplace_back(std::make_unique<Visitor>(first_command));
    service_->on_open(visitor);
    return visitor;
  }
  /// Who comes in under a name and has read what there is to read then.
  Visitor& enters(const std::string& name, const std::string& first_command = {}) {
    Visitor& visitor = comes(first_command);
    says(visitor, name);
    visitor.reads();
    return visitor;
  }
  void says(Visitor& who, std::string_view line) {
    REQUIRE(service_->on_line(who, line) == Taken::yes);
    tick();
  }
  void tick() {
    for (int round = 0; round < 3; ++round) {
      service_->on_tick_end();
      worker_.run_posted();
    }
  }
  void pass_ms(std::uint64_t milliseconds) {
    clock_ms_ += milliseconds;
    worker_.wheel().advance(clock_ms_);
    tick();
  }

 private:
  FakeWorker worker_{0, 1};
  std::shared_ptr<Lobby> lobby_;
  std::unique_ptr<Service> service_;
  std::vector<std::unique_ptr<Visitor>> visitors_;
  std::uint64_t clock_ms_ = 0;
};

}  // namespace grotto::testing
