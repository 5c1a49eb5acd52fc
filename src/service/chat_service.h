// ChatService: the chat service of one worker: the conversation from greeting to goodbye.
//
// chat.cc makes it, entrance.cc greets and asks for names, identity.cc judges them, commands.cc has
// what begins with a slash, and a file beside it for each group of commands. Threads: its worker's
// only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/thinned_log.h"
#include "room/local_rooms.h"
#include "service/chat.h"
#include "service/chat_api.h"
#include "service/chat_shared.h"
#include "service/chat_state.h"
#include "service/inquiries.h"
#include "service/mentions.h"
#include "service/participant.h"
#include "service/resumption.h"

namespace grotto {

class ChatService final : public Service {
 public:
  ChatService(WorkerContext& worker, std::shared_ptr<ChatShared> shared, const ChatOptions& options,
              const Limits& limits);

  void on_open(Session& session) override;
  Taken on_line(Session& session, std::string_view line) override;
  void on_end_of_input(Session& session) override;
  void on_stopping(Session& session) override;
  void on_closed(Session& session, CloseReason reason) override;
  [[nodiscard]] std::string phrase(Session& session, std::string_view sentence,
                                   std::string_view code) override;
  [[nodiscard]] WebApi* web_api() noexcept override { return &api_; }
  void on_door_bytes(Session& session, std::size_t bytes) override;
  void on_tick_end() override;

  // Upgrades (chat_upgrade.cc)
  [[nodiscard]] bool save(Session& session, StateWriter& state) override;
  [[nodiscard]] bool save_absent(Session& session, StateWriter& state) override;
  void restore(Session& session, StateReader& state) override;
  void on_upgrading(Session& session) override;
  void save_shared(StateWriter& state) override;
  void restore_shared(StateReader& state) override;
  void restore_absent(StateReader& state) override;
  void end_restoring() override;
  [[nodiscard]] bool may_be_saved() const override { return inquiries_.is_idle(); }
  void on_handed_over() override;

  /// See change_chat().
  void change(const ChatOptions& options, const Limits& limits) {
    options_ = options;
    limits_ = limits;
  }

  // For bots (bots.cc).
  void enter_bot(Session& session, const BotSetting& bot);
  Taken on_bot_line(Session& session, const BotSetting& bot, std::string_view line);

  // For participants.
  [[nodiscard]] WorkerContext& worker() noexcept { return worker_; }
  [[nodiscard]] TimerWheel& wheel() noexcept { return worker_.wheel(); }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

  /// The number of this tick, from 1.
  [[nodiscard]] std::uint64_t tick() const noexcept { return tick_; }
  [[nodiscard]] Mentions& mentions() noexcept { return mentions_; }

  /// Somebody who has no name yet, from the beginning.
  void greet(Participant& who);
  /// The server's password was right, or there is none.
  void greet_by_name(Participant& who);

  /// What people can cause at will goes to the log by this.
  [[nodiscard]] ThinnedLogs& warnings() noexcept { return warnings_; }
  /// An act of an operator: each of the server's has its line; who founds a room is anybody.
  void log_act(bool is_of_server_operator, std::string_view event, LogFields fields) {
    is_of_server_operator ? log::warning(event, fields) : warnings_.note(event, fields);
  }

  // For commands.
  [[nodiscard]] const ChatOptions& options() const noexcept { return options_; }
  [[nodiscard]] ChatShared& shared() const noexcept { return *shared_; }
  [[nodiscard]] const NameRules& names() const noexcept { return shared_->names; }
  [[nodiscard]] Lobby& lobby() noexcept { return *shared_->lobby; }
  [[nodiscard]] LocalRooms& rooms() noexcept { return rooms_; }
  [[nodiscard]] Inquiries& inquiries() noexcept { return inquiries_; }
  [[nodiscard]] Resumption& resumption() noexcept { return resumption_; }
  /// Puts `who`, who has a name, into the home room.
  void enter(Participant& who);
  void tell_left(LocalRoom& room, std::string_view name, std::string_view what_others_read);
  void tell_came_back(Participant& who, LocalRoom& room, Seat& seat);
  /// The answer to what `who` asked is there: serves what came meanwhile.
  void go_on(Participant& who);
  void say(Participant& who, LineKind kind, std::string_view text);
  /// Puts `who` on a seat of that room, into its focus, and tells the others. Returns how many
  /// earlier lines he reads.
  std::size_t take_seat(Participant& who, LocalRoom& room, std::string_view what_others_read);
  /// Takes `who` out of one of several rooms.
  void leave_room(Participant& who, Seat& seat,
                  std::string_view what_others_read = " has left the room.");
  /// Takes `who` out of all; finish() comes next.
  void send_away(Participant& who, std::string_view message) { leave(who, message); }
  /// The room where everybody comes in.
  [[nodiscard]] Room& home() noexcept { return home_.room(); }
  /// Another name for one who is in; tells why not.
  void rename(Participant& who, std::string_view raw);
  /// The same; false if somebody has it.
  bool rename_to(Participant& who, const Name& name);
  /// Comes in under the name of an account, or takes it, and is logged in; false if somebody has
  /// it.
  [[nodiscard]] bool take_account_name(Participant& who, const Account& account);
  void tell_logged_in(Participant& who);
  [[nodiscard]] bool is_server_operator(const Participant& who) const;
  /// Whether the account of that name is one's of them.
  [[nodiscard]] bool is_server_operator_name(const NameKey& key) const;
  /// Of that room, or of the server.
  [[nodiscard]] bool is_operator(const Participant& who, const Seat& seat) const;
  /// Whether the server's list lets him in: if there is one, his name or his address has to be on
  /// it.
  [[nodiscard]] bool is_allowed(Participant& who, const NameKey& key) const;
  /// Keeps how he wants to read, if he has an account.
  void remember(Participant& who);
  /// Ends who was here by another connection.
  void replace(Participant& who);
  /// Ends the session with a farewell; the others read `message` if there is one.
  void quit(Participant& who, std::string_view message);

 private:
  static Participant& participant(Session& session) noexcept;

  void note_ending(Participant& who, CloseReason reason);

  // identity.cc
  enum class Newcomer : std::uint8_t { welcome, must_register, refused, turned_away };
  [[nodiscard]] Newcomer judge_newcomer(Participant& who, const Name& name);
  [[nodiscard]] bool may_have_name(Participant& who, const Name& name);

  // entrance.cc
  void take_name(Participant& who, std::string_view raw);
  void tell_motd(Participant& who);
  void leave(Participant& who, std::string_view message);
  void leave_seat(Participant& who, Seat& seat, std::string_view what_others_read);
  void tell_joined(Participant& who, std::string_view what_others_read);
  [[nodiscard]] std::string ways_out() const;

  [[nodiscard]] bool is_quit_word(std::string_view line) const noexcept;
  [[nodiscard]] Taken take_said(Participant& who, LineKind kind, std::string_view text);
  Taken dispatch(Participant& who, std::string_view line);

  WorkerContext& worker_;
  const std::shared_ptr<ChatShared> shared_;
  ChatOptions options_;
  Limits limits_;
  LocalRooms rooms_;
  LocalRoom& home_;  // where everybody comes in
  Mentions mentions_;
  Inquiries inquiries_{*this};
  Resumption resumption_{*this};
  ThinnedLogs warnings_{wheel(), limits_.refusals_logged_per_second};
  ChatApi api_{*this};
  std::unique_ptr<ChatState> restoring_;  // until everybody is back
  std::uint64_t tick_ = 1;
  bool is_stopping_ = false;
};

}  // namespace grotto
