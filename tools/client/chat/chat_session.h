// ChatSession: a conversation with a grotto server: comes in, sends what is typed, shows what is
// read, and when the connection breaks comes back to where it was.
//
// The states: connecting → entering → in → (lost) waiting → connecting …; over at last. Where a
// script of questions is asked, it is not in but asked (chat_session_questions.cc). It speaks JSON
// (docs/protocol.md), asks for a token (/resume) and for its own lines (/echo on): what comes back
// has arrived (SendQueue). After coming back nothing is sent again before what was missed has been
// read. Threads: its worker's only.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/chat/conversation.h"
#include "client/chat/message.h"
#include "client/chat/room_book.h"
#include "client/chat/send_queue.h"
#include "client/link/backoff.h"
#include "client/link/server_link.h"
#include "client/link/token_file.h"
#include "client/settings/options.h"
#include "grotto/timer_wheel.h"
#include "line/line_framer.h"

namespace grotto::client {

class ChatSession final : public Conversation, private LinkHandler {
 public:
  struct Setup {
    Options options;
    Route route;
    std::string token_file;  // empty: no token is kept
  };
  ChatSession(Worker& worker, Setup setup, View& view);

  void start() override;
  void on_typed(const std::string& line) override;
  void leave() override;
  [[nodiscard]] std::string status() const override;
  [[nodiscard]] bool asks_secret() const override;
  [[nodiscard]] std::vector<std::string> complete(const std::string& word,
                                                  bool is_first) const override;

 private:
  enum class State : std::uint8_t { connecting, entering, in, asked, waiting, over };

  // LinkHandler
  void on_link_up() override;
  void on_link_failed(const std::string& why) override;
  void on_link_bytes(std::string_view bytes) override;
  void on_link_down(End end) override;
  void on_link_low() override { send_queued(); }

  // Lines of the server.
  void take_line(std::string_view line);
  void take_first_line(std::string_view line);
  void take(const Message& message);
  void take_notice(const Message& message);
  void take_refusal(const Message& message);
  void take_question(const Message& message);
  /// Whether a notice answers what the client itself has asked.
  bool is_answer_to_us(const Message& message);
  void show(const Message& message, RoomBook::Age age);

  // Coming in.
  void came_in();
  void came_back();
  /// Ends catching up if nothing is to come any more of what was said before it began.
  void check_caught_up();
  void on_history_read();
  void lost_token(const std::string& why);
  [[nodiscard]] std::string come_back_command() const;
  /// Something was said since: a connection that ends now was not ended by them.
  void forget_last_words();
  void begin_catching_up();

  // A script of questions.
  void take_script_question(const Message& message);
  void take_token(const Message& message);
  void show_question(const Message& message);
  void answer_script(const std::string& line);
  void send_answer(const std::string& line);
  void note_loss();

  // Lines of the user.
  void answer(const std::string& line);
  void queue(const std::string& line);
  void send_queued();
  void show_own(const std::string& line);
  void send(const std::string& line);

  // The end of a connection, or of all.
  void try_again(const std::string& why);
  void connect();
  void on_patience_over();
  void tell(const std::string& sentence);
  void end(int exit_status, const std::string& sentence);
  void set_state(State state);

  // Nothing was read for so long: what was missed is read, where hidden lines keep it from being
  // known.
  static constexpr std::uint64_t kQuietMs = 3'000;

  Worker& worker_;
  const Setup setup_;
  View& view_;
  ServerLink link_;
  LineFramer framer_;
  Backoff backoff_;
  TokenFile token_file_;
  RoomBook book_;
  SendQueue queue_;

  State state_ = State::connecting;
  std::string name_;   // to come in with
  std::string token_;  // to come back with; empty: none
  std::string asks_;   // what the next line answers
  std::string last_refusal_;
  std::string last_refusal_code_;
  const std::uint64_t tries_;
  std::uint64_t tries_left_;
  bool was_up_ = false;               // a grotto server has answered in this run
  bool has_answered_ = false;         // … on this connection
  bool was_in_ = false;               // we were in, in this run
  bool offers_name_ = true;           // once in a connection: if it is refused, the user chooses
  bool was_asked_for_name_ = false;   // on this connection
  bool server_has_password_ = false;  // known since it asked for it, which it does first of all
  bool offers_token_ = false;         // as the answer to the question for a name
  bool token_was_password_ = false;   // sent before anything was asked, it was taken for that
  bool lost_secret_ = false;          // asked for when the connection broke, and half typed, say
  bool awaits_names_ = false;
  bool is_leaving_ = false;
  bool said_goodbye_ = false;  // the server, as its last word
  bool echoes_ = false;        // own lines come back
  bool awaits_token_ = false;
  bool awaits_echo_ = false;
  // A script of questions.
  std::optional<Message> question_;  // in turn: what is typed answers it
  std::deque<std::string> answers_;  // typed while there was no connection
  std::optional<std::string> sent_;  // an answer that nothing has followed yet
  bool is_coming_back_ = false;      // the token is being looked at
  bool is_catching_up_ = false;      // in, but nothing is sent yet
  std::optional<Message> head_;  // names with their `head`: to be read before lines are repeated
  bool is_in_history_ = false;   // the last line shown was an earlier one
  TimerOf<ChatSession, &ChatSession::on_patience_over> patience_{*this};
  TimerOf<ChatSession, &ChatSession::connect> again_{*this};
  TimerOf<ChatSession, &ChatSession::on_history_read> quiet_{*this};
};

}  // namespace grotto::client
