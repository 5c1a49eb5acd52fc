# The parts of tools/check, and their counts. Sourced (bash).

check_computing=  # the session of check_computing.sh while there is one
if [ -z "${check_results:-}" ]; then
  check_results=$(mktemp -d)
  trap '[ -n "$check_computing" ] && kill -- "-$check_computing"; rm -rf "$check_results"' EXIT
fi

check_count() {  # check_count PASSED FAILED
  mktemp "$check_results/XXXXXX" | { read -r file; echo "$1 $2" >"$file"; }
}

check_say() { printf "== %d min: %s\n" $((SECONDS / 60)) "$*"; }

check_finish() {
  awk '{ passed += $1; failed += $2 } END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 || passed == 0 }' \
    "$check_results"/* /dev/null
  exit $?
}

check_tell=  # not empty: what steps and tests say is shown also if they are good

# A step that is one test: check_step NAME COMMAND...
check_step() {
  local name=$1 log
  shift
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    check_say "$name: good"
    [ -n "$check_tell" ] && cat "$log"
    check_count 1 0
  else
    check_say "$name: FAILED"
    tail -n 60 "$log"
    check_count 0 1
  fi
  rm -f "$log"
}

check_build() {  # check_build VARIANT [meson options...]
  local variant=$1
  shift
  check_say "build $variant"
  if ! grotto_build "$variant" "$@"; then
    check_say "build $variant: FAILED"
    check_count 0 1
  fi
}

# Counts doctest's cases by its own summary; a program that dies counts as one failure.
check_unit_program() {  # check_unit_program PROGRAM [runner...]
  local program=$1 log status passed failed
  shift
  log=$(mktemp)
  ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1 \
    "$@" "$program" >"$log" 2>&1 </dev/null
  status=$?
  read -r passed failed < <(sed -nE 's/.*test cases: *[0-9]+ \| *([0-9]+) passed \| *([0-9]+) failed.*/\1 \2/p' "$log" | tail -n 1)
  passed=${passed:-0}
  failed=${failed:-0}
  if [ "$status" -ne 0 ]; then
    [ "$failed" -eq 0 ] && failed=1
    check_say "$(basename "$program"): FAILED"
    tail -n 60 "$log"
  fi
  check_count "$passed" "$failed"
  rm -f "$log"
}

check_unit() {  # check_unit VARIANT [runner...]: as many programs at a time as there are cores
  local dir program running=() each still
  dir=$(grotto_build_dir "$1")
  check_say "unit tests $1"
  shift
  for program in "$dir"/test/*/*_test; do
    [ -x "$program" ] || continue
    check_unit_program "$program" "$@" &
    running+=($!)
    [ ${#running[@]} -ge "$(getconf _NPROCESSORS_ONLN)" ] || continue
    wait -n "${running[@]}"
    still=()
    for each in "${running[@]}"; do kill -0 "$each" 2>/dev/null && still+=("$each"); done
    running=("${still[@]}")
  done
  [ ${#running[@]} -eq 0 ] || wait "${running[@]}"  # and not for what goes on beside
}

# Black-box tests drive the real programs, two at a time where pytest-xdist is there, as they mostly wait; pytest's own
# summary is counted.
check_files=(test/blackbox)
check_marks=
check_blackbox() {  # check_blackbox VARIANT [name=value ...]
  local variant=$1 dir log status summary passed failed errors skipped at_once=()
  shift
  "$(grotto_python)" -c "import xdist" >/dev/null 2>&1 && at_once=(-n "${check_at_once:-2}")
  dir=$(grotto_build_dir "$variant")
  log=$(mktemp)
  env GROTTOD="$dir/bin/grottod" GROTTO_SHOUT="$dir/bin/shout" GROTTO_LOAD="$dir/bin/grotto-load" GROTTO_CLIENT="$dir/bin/grotto" \
    GROTTO_FAULTY_SERVER="$dir/test/support/faulty_server/faulty_server" PYTHONDONTWRITEBYTECODE=1 \
    UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 "$@" \
    "$(grotto_python)" -m pytest "${check_files[@]}" "${at_once[@]}" ${check_marks:+-m "$check_marks"} -rs${check_tell:+P --durations=0} -q --tb=short -p no:cacheprovider >"$log" 2>&1 </dev/null
  status=$?
  summary=$(grep -E '^=*[0-9 a-z,=]+ in [0-9.]+s' "$log" | tail -n 1)  # pytest's own: tests may print such words, too
  passed=$(grep -oE '[0-9]+ passed' <<<"$summary" | grep -oE '[0-9]+')
  failed=$(grep -oE '[0-9]+ failed' <<<"$summary" | grep -oE '[0-9]+')
  errors=$(grep -oE '[0-9]+ errors?' <<<"$summary" | grep -oE '[0-9]+')
  skipped=$(grep -oE '[0-9]+ skipped' <<<"$summary" | grep -oE '[0-9]+')
  failed=$((${failed:-0} + ${errors:-0}))
  [ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
  check_say "black-box tests $variant: ${passed:-0} passed, $failed failed${skipped:+, $skipped left out}"
  grep -E '^SKIPPED' "$log"  # and why
  if [ -n "$check_tell" ]; then cat "$log"; elif [ "$failed" -gt 0 ]; then tail -n 150 "$log"; fi
  check_count "${passed:-0}" "$failed"
  rm -f "$log"
}

# The rows of the matrix that have a longer version, in that version and one after the other, as some measure times.
check_rows() {  # check_rows FULL|LONG
  local check_files check_at_once=${check_at_once:-1}
  mapfile -t check_files < <(grep -lE 'support\.lengths' "$GROTTO_TOP"/test/blackbox/test_*.py | sort -r)  # the soak before all that may go beside it
  check_say "rows of the matrix, GROTTO_TEST_$1=1${check_marks:+ ($check_marks)}"
  check_blackbox release "GROTTO_TEST_$1=1"
}

# The page in a real browser; node's own summary is counted.
check_browser() {  # check_browser VARIANT
  local dir log status passed failed
  dir=$(grotto_build_dir "$1")
  log=$(mktemp)
  env GROTTOD="$dir/bin/grottod" GROTTO_CLIENT="$dir/bin/grotto" GROTTO_BROWSER_MODULES="$GROTTO_TOP/build/browser" \
    node --test --test-reporter=tap "$GROTTO_TOP"/test/browser/*.test.js >"$log" 2>&1 </dev/null
  status=$?
  passed=$(sed -nE 's/^# pass ([0-9]+)$/\1/p' "$log" | tail -n 1)
  failed=$(sed -nE 's/^# (fail|cancelled) ([0-9]+)$/\2/p' "$log" | awk '{ sum += $1 } END { print sum + 0 }')
  [ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
  check_say "browser tests $1: ${passed:-0} passed, $failed failed"
  [ "$failed" -gt 0 ] && grep -A 25 '^not ok' "$log" | tail -n 150
  check_count "${passed:-0}" "$failed"
  rm -f "$log"
}

check_serve() {
  check_step "scripts" "$(grotto_python)" -m pytest -q -p no:cacheprovider "$GROTTO_TOP/test/tools"
}

check_tidy_rules() {
  check_step "house rules" "$(grotto_python)" "$GROTTO_TOP/test/tidy/house_rules.py" "$GROTTO_TOP"
}

check_compare() {  # judges no timing, only whether it runs and every delivery is right
  check_step "bench/compare --smoke" "$(grotto_python)" "$GROTTO_TOP/bench/compare" --smoke
}
