# The longest part of tools/check: rows of the fault matrix at their longest, and fuzz targets beside them. Sourced (bash), after
# check.sh and fuzz.sh.

CHECK_LONG_FUZZ_S=240  # for each target, one after the other: as long as the soak altogether

# Rows that do not mind a busy machine go two at a time, beside the fuzz targets; those that measure what a machine carries, alone.
check_long() {
  local check_at_once check_marks check_tell=yes
  check_fuzz "$CHECK_LONG_FUZZ_S" 1 &
  check_at_once=2 check_marks="longest and not alone" check_rows LONG
  wait
  check_at_once=1 check_marks="longest and alone" check_rows LONG
}
