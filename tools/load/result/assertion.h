// Assertion: a bound that a run must keep, as --assert and --find-max take it, such as "p99<2ms".
// Threads: a value; the table of names is constant.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "load/result/figures.h"
#include "load/result/report.h"

namespace grotto::load {

enum class Comparison { less, at_most, greater, at_least, equal, unequal };

struct Assertion {
  std::string text;      // as the user wrote it
  const Figure* figure;  // of the table, never null
  Comparison comparison = Comparison::equal;
  double bound = 0;  // in the figure's unit: ns, µs of cost, bytes, a count, 1/s
};

/// "NAME OP VALUE[UNIT]": a name of figures(), one of < <= > >= == !=, a number. A duration takes
/// us, ms, s, m or h and needs one; a cost is in us without; bytes take B, KiB, MiB, GiB. Otherwise
/// a sentence, with the nearest name if that is unknown, and exit status 64.
Result<Assertion> parse_assertion(std::string_view text);

/// As parse_assertion(), but only what more load can break and less load mend: < or <= of a
/// duration, a cost or bytes, or an error that is zero.
Result<Assertion> parse_find_max(std::string_view text);

/// What is known of a run before it begins.
struct Setting {
  bool is_open_loop = false;
  bool has_server_pid = false;
};

/// Whether a run of this setting can fill the figure at all; otherwise a sentence and exit status
/// 64, for before the run.
Result<Done> check_setting(const Assertion& assertion, const Setting& setting);

/// What the report has for it. Of what it does not have, no bound holds.
AssertResult evaluate(const Assertion& assertion, const Report& report);

/// What is asserted where the user asserts nothing: errors==0.
Assertion no_errors();

}  // namespace grotto::load
