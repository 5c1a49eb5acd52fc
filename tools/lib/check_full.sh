# What only tools/check --full does. Sourced (bash), after build.sh and check.sh.

check_coverage() {  # check_coverage NAME OPTIONS...
  local name=$1
  shift
  check_step "coverage: $name" gcovr --root . --object-directory build-coverage --print-summary "$@"
}

# What only computes: it goes beside tests that mostly wait, and gives way to them. No two builds at once.
check_computing() {
  renice -n 19 -p "$BASHPID" >/dev/null
  check_step "clang-format" bash -c 'git ls-files "*.cc" "*.h" | xargs clang-format-19 --dry-run -Werror'
  check_step "clang, all warnings as errors" grotto_build clang-werror
  check_build coverage
  check_step "the same bytes twice" "$GROTTO_TOP/tools/reproduce" --no-install
  check_step "clang-tidy" bash -c 'git ls-files "src/*.cc" "bin/*.cc" "examples/*.cc" "bench/*.cc" "tools/*.cc" | xargs -P 2 -n 4 clang-tidy-19 -p build-clang-werror --quiet --warnings-as-errors="*"'
  check_unit release valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
}

check_full() {
  local workers
  check_build tsan
  check_computing &
  check_unit tsan
  for workers in 1 2 4; do check_blackbox tsan GROTTO_TEST_WORKERS=$workers; done
  check_say "F2, every read and write is short:"
  check_blackbox release GROTTO_TEST_SHIM=1
  wait
  check_unit coverage
  check_blackbox coverage
  check_coverage "lines of src" --filter src/ --fail-under-line 95
  check_coverage "branches of framer, telnet and text" --filter 'src/line/(line_framer|telnet|telnet_codec|telnet_option|text)\.cc' \
    --branches --exclude-throw-branches --exclude-unreachable-branches --fail-under-branch 100
}
