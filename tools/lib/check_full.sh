# What only tools/check --full does. Sourced (bash), after build.sh and check.sh.

check_coverage() {  # check_coverage NAME OPTIONS...
  local name=$1
  shift
  check_step "coverage: $name" gcovr --root . --object-directory build-coverage --print-summary "$@"
}

# What only computes begins as soon as there are programs to test, and goes on beside the tests.
check_begin_computing() {
  setsid "$GROTTO_TOP/tools/lib/check_computing.sh" "$check_results" $((SECONDS / 60)) &
  check_computing=$!
}

check_wait_for_build() {  # check_wait_for_build VARIANT: of those of check_computing.sh
  while [ ! -e "$check_results/.built-$1" ] && kill -0 "$check_computing" 2>/dev/null; do sleep 1; done
}

check_full() {
  local workers
  check_wait_for_build tsan
  check_unit tsan
  for workers in 1 2 4; do check_blackbox tsan GROTTO_TEST_WORKERS=$workers; done
  check_say "F2, every read and write is short:"
  check_blackbox release GROTTO_TEST_SHIM=1
  check_wait_for_build coverage
  check_unit coverage
  check_blackbox coverage
  check_coverage "lines of src" --filter src/ --fail-under-line 95
  check_coverage "branches of framer, telnet and text" --filter 'src/line/(line_framer|telnet|telnet_codec|telnet_option|text)\.cc' \
    --branches --exclude-throw-branches --exclude-unreachable-branches --fail-under-branch 100
  wait  # what comes now measures, or takes all there is
  check_computing=
  check_rows FULL
  check_fuzz 60
}
