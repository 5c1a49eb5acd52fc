#include "options.h"

#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace faulty_server {

namespace {

std::optional<double> number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value) || value < 0) return {};
  return value;
}

bool set_number(double& place, const std::string& text) {
  const auto value = number(text);
  if (value) place = *value;
  return value.has_value();
}

bool set_count(std::uint64_t& place, const std::string& text, double least) {
  const auto value = number(text);
  if (!value || *value < least || *value > 1e15) return false;
  place = static_cast<std::uint64_t>(*value);
  return true;
}

bool set_place(Options& options, const std::string& text) {
  if (text == "middle") return options.place = Place::middle, true;
  if (text == "end") return options.place = Place::end, true;
  if (text == "digit") return options.place = Place::digit, true;
  if (text == "split") return options.place = Place::split, true;
  return false;
}

bool set_stranger(Options& options, const std::string& text) {
  if (text == "earlier") return options.stranger = Stranger::earlier, true;
  if (text == "neighbour") return options.stranger = Stranger::neighbour, true;
  return false;
}

bool set(Options& options, const std::string& name, const std::string& text) {
  if (name == "--every") return set_count(options.every, text, 1);
  if (name == "--left-out") return set_count(options.left_out, text, 2);
  if (name == "--unannounced") return set_count(options.unannounced, text, 0);
  if (name == "--delay-ms") return set_number(options.delay_ms, text);
  if (name == "--freeze-ms") return set_number(options.freeze_ms, text);
  if (name == "--freeze-at-ms") return set_number(options.freeze_at_ms, text);
  if (name == "--place") return set_place(options, text);
  if (name == "--stranger") return set_stranger(options, text);
  if (name == "--foreign") return options.foreign_text = text, !text.empty();
  return false;
}

}  // namespace

std::string usage() {
  return
      R"(faulty_server SERVICE FAULT [options]: a line server with one fault, for the tests of grotto-load.

Services: echo    each line comes back as it came
          relay   each line goes to all other connections, with CR LF
          grotto  the same as a chat that asks for names: greeting, welcome, "NAME: text"

A line is counted when it is said and somebody is to get it, whoever says it. The fault hits the Nth line, the 2Nth and so on, and of a
relayed line one receiver: who of the others has been connected for longest. With --all it hits all of them.

Faults of a line:       lose, lap (some in a row, told as "-- N lines skipped: ... --"), duplicate, swap (with the receiver's next), corrupt, foreign, escapes
Faults of a connection: never (reads, never answers), deaf (does not even read), refuse (one sentence, then the
                        end), reset (RST), close (FIN; both instead of the line), endless (a line of 64 MiB)
Faults of time:         none, delay, freeze (once), trickle (a byte a millisecond)
Faults of the server:   die (exits at the line)

  --every N           default 100000; escapes and endless 1; reset, close and die 100
  --all               hit every receiver
  --delay-ms X        default 10
  --freeze-ms X       default 1000
  --freeze-at-ms X    after the first line; default 10000
  --place PLACE       of the corrupt byte: middle, digit (another one each time), end (the line end is none),
                      split (a line end where none was)
  --left-out N        lap: lines at once, and up to six more, other ones for each receiver; default 10
  --unannounced N     lap: so many fewer are told
  --stranger WHO      foreign: a line of the time before all had left (earlier), or one that another connection
                      was sent (neighbour)
  --foreign TEXT      foreign: this line
)";
}

std::optional<Options> parse_options(const std::vector<std::string>& words, std::string& mistake) {
  Options options;
  if (words.size() < 2) {
    mistake = "faulty_server needs a service and a fault: faulty_server --help names them.";
    return {};
  }
  options.service = words[0];
  options.fault = words[1];
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "--all") {
      options.is_for_all = true;
    } else if (i + 1 == words.size() || !set(options, words[i], words[i + 1])) {
      mistake = "faulty_server does not understand \"" + words[i] + "\" as it stands there.";
      return {};
    } else {
      ++i;
    }
  }
  return options;
}

}  // namespace faulty_server
