"""The parts of bench/compare, one job each."""
