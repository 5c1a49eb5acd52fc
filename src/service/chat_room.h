// ChatRoom: the chat service of one worker: the conversation from greeting to goodbye.
//
// chat.cc makes it, entrance.cc greets and asks for names, commands.cc has what begins with a
// slash. Threads: its worker's only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "room/local_room.h"
#include "service/chat.h"
#include "service/participant.h"

namespace grotto {

class ChatRoom final : public Service {
 public:
  ChatRoom(WorkerContext& worker, std::shared_ptr<Lobby> lobby,
           std::shared_ptr<const NameRules> names, const ChatOptions& options,
           const Limits& limits);

  void on_open(Session& session) override;
  Taken on_line(Session& session, std::string_view line) override;
  void on_end_of_input(Session& session) override;
  void on_stopping(Session& session) override;
  void on_closed(Session& session, CloseReason reason) override;
  void on_tick_end() override;

  // For participants.
  [[nodiscard]] LocalRoom& local() noexcept { return local_; }
  [[nodiscard]] TimerWheel& wheel() noexcept { return worker_.wheel(); }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

  // For commands.
  [[nodiscard]] const ChatOptions& options() const noexcept { return options_; }
  [[nodiscard]] Room& room() noexcept { return local_.room(); }
  void say(Participant& who, LineKind kind, std::string_view text);
  /// Another name for one who is in; tells why not.
  void rename(Participant& who, std::string_view raw);
  /// Ends the session with a farewell; the others read `message` if there is one.
  void quit(Participant& who, std::string_view message);

 private:
  static Participant& participant(Session& session) noexcept;

  // entrance.cc
  void greet(Participant& who);
  void take_name(Participant& who, std::string_view raw);
  void enter(Participant& who);
  void tell_motd(Participant& who);
  void leave(Participant& who, std::string_view message);
  void tell_joined(Participant& who);
  void tell_left(Participant& who, std::string_view message);
  void tell_movement();
  [[nodiscard]] std::string ways_out() const;

  [[nodiscard]] bool is_quit_word(std::string_view line) const noexcept;
  [[nodiscard]] Taken take_said(Participant& who, LineKind kind, std::string_view text);
  Taken dispatch(Participant& who, std::string_view line);

  WorkerContext& worker_;
  const std::shared_ptr<Lobby> lobby_;
  const std::shared_ptr<const NameRules> names_;
  const ChatOptions options_;
  const Limits limits_;
  LocalRoom local_;
  bool is_stopping_ = false;
  TimerOf<ChatRoom, &ChatRoom::tell_movement> movement_timer_{*this};
};

}  // namespace grotto
