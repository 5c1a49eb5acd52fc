#include "load/engine/member.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/escape.h"
#include "load/engine/crew.h"
#include "net/worker.h"

namespace grotto::load {

namespace {

constexpr std::size_t kQuoteBytesMax = 120;
constexpr std::size_t kGreetingBytesMax = 64 * 1024;

std::string quoted(std::string_view bytes) {
  return '"' + escaped(bytes.substr(0, kQuoteBytesMax)) +
         (bytes.size() > kQuoteBytesMax ? "…\"" : "\"");
}

/// What a server said of why it ends.
std::string words_of_end(const Frame& frame) {
  const std::string code =
      frame.number == 0 ? "without a code" : fmt::format("with code {}", frame.number);
  return frame.text.empty() ? code : fmt::format("{}: {}", code, quoted(frame.text));
}

}  // namespace

/// Lives as long as its connection, which may be longer than the member needs it.
class Member::Handler final : public ConnectionHandler {
 public:
  explicit Handler(Member& member) noexcept : member_(member) {}

  void on_open(Connection& /*connection*/) override {}
  void on_bytes(Connection& /*connection*/, std::string_view bytes) override {
    member_.crew_.take_time();
    switch (member_.step_) {
      case Step::greeting: return member_.on_greeting(bytes);
      case Step::in: return member_.on_bytes(bytes);
      case Step::fresh:
      case Step::connecting:
      case Step::leaving:
      case Step::over: return;
    }
  }
  void on_encrypted(Connection& /*connection*/) override {
    if (member_.step_ == Step::connecting) member_.begin_greeting();
  }
  void on_tls_failed(Connection& /*connection*/, std::string_view why) override {
    if (member_.step_ == Step::connecting) member_.last_words_ = why;
  }
  void on_end_of_input(Connection& connection) override {
    connection.close(CloseReason::peer_closed);
  }
  void on_idle(Connection& /*connection*/) override {}
  void on_stopping(Connection& connection) override {
    connection.close(CloseReason::server_stopping);
  }
  void on_closed(Connection& /*connection*/, CloseReason reason) override {
    member_.on_closed(reason);
  }

 private:
  Member& member_;
};

Member::Member(Crew& crew, std::uint32_t index) : crew_(crew), connector_(crew.worker(), *this) {
  talk_.member = index;
}

Member::~Member() = default;

void Member::connect() {
  step_ = Step::connecting;
  was_closed_ = is_ended_ = false;
  talk_.step = 0;
  talk_.is_in_history = false;
  talk_.live_from = 0;
  heard_.clear();
  last_words_.clear();
  begun_ns_ = Worker::now_ns();
  const LoadOptions& options = crew_.plan().options;
  const Endpoint* source =
      options.sources.empty() ? nullptr : &options.sources[talk_.member % options.sources.size()];
  connector_.start(options.endpoint, source, options.timeout_ns / 1'000'000);
}

void Member::leave() {
  if (step_ == Step::over || step_ == Step::fresh || step_ == Step::leaving) return;
  const bool was_in = step_ == Step::in;
  step_ = Step::leaving;
  if (connection_ == nullptr) return;
  const std::string_view farewell = crew_.plan().dialect->farewell();
  if (was_in) connection_->write(farewell);
  connection_->follow(nullptr);
  connection_->finish(CloseReason::quit);
}

void Member::say(std::string_view bytes) {
  if (connection_ != nullptr) connection_->write(bytes);
}

void Member::on_connected(int fd) {
  connection_ = crew_.worker().adopt(fd, Address(), std::make_unique<Handler>(*this));
  if (connection_ == nullptr) return fail(1, "cannot watch a connection: no memory");
  crew_.worker().wheel().arm(greeting_timer_, crew_.plan().options.timeout_ns / 1'000'000);
  const auto& tls = crew_.plan().options.tls;
  if (tls == nullptr) return begin_greeting();
  connection_->start_tls_client(tls, {});
}

void Member::begin_greeting() {
  step_ = Step::greeting;
  std::string words;
  crew_.plan().dialect->greet(talk_, words);
  connection_->write(words);
  on_greeting({});
}

void Member::on_connect_failed(int error) {
  if (step_ != Step::connecting) return;
  const std::string& target = crew_.plan().options.target;
  fail(1, error == ETIMEDOUT
              ? fmt::format("cannot connect to {}: no answer within the timeout", target)
              : fmt::format("cannot connect to {}: {}", target, std::strerror(error)));
}

void Member::on_greeting(std::string_view bytes) {
  heard_.append(bytes);
  std::size_t used = 0;
  const Dialect& dialect = *crew_.plan().dialect;
  while (step_ == Step::greeting) {
    std::string answer;
    const Frame frame = dialect.next(talk_, std::string_view(heard_).substr(used), answer);
    if (!answer.empty()) connection_->write(answer);
    used += frame.size;
    if (frame.kind != Frame::Kind::incomplete && !frame.text.empty())
      last_words_ = frame.text.substr(0, 4 * kQuoteBytesMax);
    switch (frame.kind) {
      case Frame::Kind::incomplete:
        heard_.erase(0, used);
        if (heard_.size() > kGreetingBytesMax) {
          fail(64, fmt::format("the server does not speak {}: it sent {} without an end",
                               crew_.plan().options.dialect, quoted(heard_)));
        }
        return;
      case Frame::Kind::ready: {
        greeting_timer_.cancel();
        step_ = Step::in;
        const std::string rest = heard_.substr(used);
        std::string().swap(heard_);
        crew_.on_member_ready(*this, Worker::now_ns() - begun_ns_);
        on_in();
        if (!rest.empty() && step_ == Step::in) on_bytes(rest);
        return;
      }
      case Frame::Kind::refused:
        return fail(1,
                    fmt::format("the server refused a connection: it said {}", quoted(frame.text)));
      case Frame::Kind::ended:
        return fail(1,
                    "the server closed a connection before it let it in, " + words_of_end(frame));
      case Frame::Kind::alien:
        return fail(64, fmt::format("the server does not speak {}: it answered {}",
                                    crew_.plan().options.dialect, quoted(frame.text)));
      case Frame::Kind::payload:
      case Frame::Kind::notice:
      case Frame::Kind::skipped: break;
    }
  }
}

void Member::on_greeting_late() {
  const std::string& words = heard_.empty() ? last_words_ : heard_;
  fail(words.empty() ? 1 : 64,
       words.empty()
           ? fmt::format(
                 "the server at {} does not let anybody in: it said nothing within the timeout",
                 crew_.plan().options.target)
           : fmt::format(
                 "the server does not speak {}: it answered {} and then nothing within the timeout",
                 crew_.plan().options.dialect, quoted(words)));
}

void Member::on_closed(CloseReason reason) {
  connection_ = nullptr;
  greeting_timer_.cancel();
  const Step step = step_;
  if (step == Step::connecting) {
    return fail(64, fmt::format("there is no TLS with {}: {}", crew_.plan().options.target,
                                last_words_.empty() ? "it ended the connection" : last_words_));
  }
  if (step == Step::greeting) {
    const std::string& words = heard_.empty() ? last_words_ : heard_;
    fail(1, words.empty()
                ? std::string("the server closed a connection before it let it in, without a word")
                : fmt::format("the server closed a connection before it let it in: it said {}",
                              quoted(words)));
    return;
  }
  step_ = Step::over;
  if (step == Step::in) {
    was_closed_ = true;
    on_lost();
    crew_.on_member_lost(*this, is_ended_ ? last_words_ : std::string(to_string(reason)));
  }
  on_over();
}

void Member::take_end(const Frame& frame) {
  if (std::exchange(is_ended_, true)) return;
  last_words_ = words_of_end(frame);
  // Who calls is in the middle of reading; and who waits for the server's FIN may wait for long.
  crew_.worker().defer([this] { finish_ended(); });
}

void Member::finish_ended() {
  if (step_ != Step::in || !is_ended_ || connection_ == nullptr) return;
  step_ = Step::leaving;
  was_closed_ = true;
  connection_->follow(nullptr);
  connection_->finish(CloseReason::peer_closed);
  on_lost();
  crew_.on_member_lost(*this, last_words_);
}

// ---- Members that send by a Sender -------------------------------------------------------------

void Member::allow_more(std::uint64_t lines) {
  Sender* const own = sender();
  if (own == nullptr || !is_open()) return;
  const std::uint64_t end = own->timetable().first + crew_.quota_of(index());
  own->allow(std::min(own->allowed() + lines, end));
  flush_soon();
}

void Member::stop_sending() {
  Sender* const own = sender();
  if (own == nullptr) return;
  // What was due and could not leave is as late as what was not answered.
  if (own->timetable().gap_ns > 0) {
    for (std::uint64_t each = own->next(); each < own->allowed(); ++each)
      crew_.record_unsent(own->timetable().due_ns(each));
  }
  own->allow(own->next());
}

bool Member::has_sent_all() {
  Sender* const own = sender();
  return own == nullptr || !is_open() ||
         own->next() >= own->timetable().first + crew_.quota_of(index());
}

void Member::fail(int exit_status, std::string sentence) {
  greeting_timer_.cancel();
  step_ = Step::over;
  if (connection_ != nullptr) connection_->close(CloseReason::quit);
  crew_.on_member_failed(*this, exit_status, std::move(sentence));
  on_failed();
}

void Member::add_fault(std::string_view what, std::string_view bytes) {
  crew_.add_fault([&] {
    return bytes.empty() ? fmt::format("connection {}: {}", talk_.member, what)
                         : fmt::format("connection {}: {}: {}", talk_.member, what, quoted(bytes));
  });
}

}  // namespace grotto::load
