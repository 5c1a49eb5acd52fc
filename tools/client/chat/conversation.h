// Conversation and View: what the terminal talks through, and what a conversation shows.
// Threads: the worker's only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace grotto::client {

/// How a part of a shown line looks; the painter knows the colours.
enum class Look : std::uint8_t {
  plain,
  name,  // in a colour of its own
  own_name,
  mention,  // of oneself
  faint,    // what nobody said: joins, notices
  refusal,
  client,  // the client's own words
};

struct Part {
  std::string text;  // REQUIRES: is_clean(text)
  Look look = Look::plain;
};

struct ShownLine {
  std::vector<Part> parts;
  bool rings = false;       // the bell
  bool is_earlier = false;  // history

  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Part& part : parts) all += part.text;
    return all;
  }
};

class View {
 public:
  virtual void show(const ShownLine& line) = 0;
  /// status() or asks_secret() may be another now.
  virtual void on_status_changed() = 0;
  /// The conversation is over: the exit status, and why if it is not 0. Called once.
  virtual void on_over(int exit_status, const std::string& sentence) = 0;

 protected:
  ~View() = default;
};

class Conversation {
 public:
  virtual ~Conversation() = default;

  virtual void start() = 0;
  /// A line was entered.
  virtual void on_typed(const std::string& line) = 0;
  /// Ctrl-D on an empty line. on_over() follows.
  virtual void leave() = 0;
  /// For the prompt: "lobby · 4 people".
  [[nodiscard]] virtual std::string status() const = 0;
  /// What is typed now should not be seen.
  [[nodiscard]] virtual bool asks_secret() const = 0;
  /// What could stand in the place of `word`; `is_first`: at the start of the line.
  [[nodiscard]] virtual std::vector<std::string> complete(const std::string& word,
                                                          bool is_first) const = 0;
};

}  // namespace grotto::client
