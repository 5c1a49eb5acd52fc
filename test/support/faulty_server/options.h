// Options: what the command line of faulty_server asks for. Threads: a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faulty_server {

enum class Place { middle, end, digit, split };
enum class Stranger { earlier, neighbour };

struct Options {
  std::string service;
  std::string fault;
  std::uint64_t every = 0;  // lines; 0: the fault's own default
  bool is_for_all = false;  // a hit line is faulty for every receiver, not for one
  double delay_ms = 10;
  double freeze_ms = 1000;
  double freeze_at_ms = 10'000;  // after the first line
  Place place = Place::middle;
  Stranger stranger = Stranger::earlier;
  std::uint64_t left_out = 10;    // lines at once, and up to six more, other ones for each receiver
  std::uint64_t unannounced = 0;  // so many fewer are told
  std::string foreign_text;       // instead of a line that was heard; without its end
};

/// What faulty_server prints for --help.
std::string usage();

/// The words after the program's name, or a sentence in `mistake` and nothing.
std::optional<Options> parse_options(const std::vector<std::string>& words, std::string& mistake);

}  // namespace faulty_server
