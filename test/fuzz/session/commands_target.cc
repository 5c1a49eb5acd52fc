#include "commands_target.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "../text_target.h"
#include "base/check.h"
#include "heard_lines.h"
#include "shown_text.h"
#include "world.h"

namespace grotto::test {

namespace {

constexpr std::size_t kLinesMax = 60;
constexpr std::string_view kPassword = "secret1";

/// Telnet's IAC SB takes all that follows, up to IAC SE: so that what is asked next is heard, it is
/// ended (twice, as a lone IAC before it would make one data).
std::string_view end_of_what_it_opens(std::string_view line) {
  return line.find("\xff\xfa") == std::string_view::npos ? "" : "\xff\xf0\xff\xf0";
}

/// Somebody who reads objects.
class Typist {
 public:
  Typist(World& world, std::string name, unsigned number)
      : world_(world), name_(std::move(name)), number_(number) {}

  /// Comes in, if he is not there: he may have left, or have been sent away.
  void come_in() {
    if (socket_ != nullptr && !socket_->is_over()) return;
    socket_ = &world_.connect(number_, 0);
    heard_ = {};
    refused_.clear();
    socket_->send("/format json\n" + name_ + "\n" + std::string(kPassword) + "\n/register " +
                  std::string(kPassword) + "\n");
    world_.settle();
    hear();
  }

  void type(std::string_view line) {
    const std::string barrier = "/zz" + std::to_string(number_) + "x" + std::to_string(asked_++);
    refused_.clear();
    socket_->send(std::string(line) + std::string(end_of_what_it_opens(line)) + "\r\n" + barrier +
                  "\r\n");
    world_.settle();
    hear();
    // A question takes the next line whatever it is, flood control delays, and passwords that were
    // wrong make one wait.
    for (int seconds = 0; !socket_->is_over() && !was_refused(barrier) && !was_asked_; ++seconds) {
      GROTTO_CHECK(seconds < 30);
      world_.pass_ms(1000);
      hear();
    }
    was_asked_ = false;
  }

  void hear() {
    heard_.hear(socket_->take(), [this](std::string_view line) { take(line); });
  }
  [[nodiscard]] bool has_read_whole_lines() const { return heard_.is_whole(); }

 private:
  [[nodiscard]] bool was_refused(const std::string& command) const {
    return refused_.find(command) != refused_.end();
  }

  void take(std::string_view line) {
    auto object = nlohmann::json::parse(line, nullptr, false);
    if (object.is_object()) {
      GROTTO_CHECK(is_only_text(line));
    } else {  // he has asked for plain text, or speaks telnet, which says how to echo in between
      object = nlohmann::json::parse(without_controls(line), nullptr, false);
      if (!object.is_object()) return take_plain(line);
    }
    const std::string type = object.at("type");
    if (type == "question") was_asked_ = true;
    if (type != "refusal") return;
    GROTTO_CHECK(!object.at("code").get<std::string>().empty());
    take_refusal(object.at("text").get<std::string>());
  }
  void take_plain(std::string_view line) {
    const std::string text = without_controls(line);
    GROTTO_CHECK(is_only_text(text));
    take_refusal(text.substr(std::min(text.find("Unknown"), text.size())));
  }
  void take_refusal(std::string_view text) {
    constexpr std::string_view kUnknown = "Unknown command ";
    if (!text.starts_with(kUnknown)) return;
    const std::string command(text.substr(kUnknown.size(), text.find('.') - kUnknown.size()));
    if (!command.starts_with("/zz")) return;
    GROTTO_CHECK(command.starts_with("/zz" + std::to_string(number_) + "x"));  // his own
    GROTTO_CHECK(refused_.insert(command).second);                             // and once
  }

  World& world_;
  const std::string name_;
  const unsigned number_;
  MemorySocket* socket_ = nullptr;
  HeardLines heard_;
  std::set<std::string> refused_;
  bool was_asked_ = false;
  unsigned asked_ = 0;
};

}  // namespace

void fuzz_commands(std::string_view lines) {
  World world({"root"});
  std::array<Typist, 3> people{Typist{world, "root", 0}, Typist{world, "ana", 1},
                               Typist{world, "bat", 2}};
  for (Typist& who : people) who.come_in();
  for (std::size_t left = kLinesMax; left > 0 && !lines.empty(); --left) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    // What the test asks for is the test's.
    if (line.empty() || line.find("/zz") != std::string_view::npos) continue;
    Typist& who = people[static_cast<unsigned char>(line.front()) % people.size()];
    who.come_in();
    who.type(line.substr(1));
    for (Typist& each : people) each.hear();
  }
}

}  // namespace grotto::test
