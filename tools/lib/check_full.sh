# What only tools/check --full does. Sourced (bash), after build.sh and check.sh.

check_coverage() {  # check_coverage NAME OPTIONS...
  local name=$1
  shift
  check_step "coverage: $name" gcovr --root . --object-directory build-coverage --print-summary "$@"
}

check_full() {
  local workers
  check_build tsan
  setsid "$GROTTO_TOP/tools/lib/check_computing.sh" "$check_results" $((SECONDS / 60)) &
  check_computing=$!
  check_unit tsan
  for workers in 1 2 4; do check_blackbox tsan GROTTO_TEST_WORKERS=$workers; done
  check_say "F2, every read and write is short:"
  check_blackbox release GROTTO_TEST_SHIM=1
  wait
  check_computing=
  check_unit coverage
  check_blackbox coverage
  check_coverage "lines of src" --filter src/ --fail-under-line 95
  check_coverage "branches of framer, telnet and text" --filter 'src/line/(line_framer|telnet|telnet_codec|telnet_option|text)\.cc' \
    --branches --exclude-throw-branches --exclude-unreachable-branches --fail-under-branch 100
}
