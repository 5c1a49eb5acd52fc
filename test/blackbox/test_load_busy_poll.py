"""grotto-load --busy-poll: the generator never sleeps, and what it spends looking in vain is no work."""

import pytest

from support.load import GOOD, INCONCLUSIVE, best_of_three, measured

pytestmark = pytest.mark.usefixtures("load")

FEW = ("-c", 2, "--rate", 100, "--count", 100, "--warmup", "0s")


@pytest.mark.parametrize("more", [(), ("-t", 2)], ids=["one thread", "two threads"])
def test_who_polls_uses_its_core_and_is_not_taken_for_the_bottleneck(echo, more):
    def attempt():
        asleep = measured("echo", echo.address(), *FEW)
        polling = measured("echo", echo.address(), *FEW, "--busy-poll", *more)
        # On a machine with other work two polling threads can be late: that it says by itself.
        polling.ends_with(GOOD, INCONCLUSIVE).finds(sent=100, expected=100, received=100)
        assert polling.report["options"]["waiting"] == "busy-poll", polling.story("not told")
        used = [run.report["generator_cpu_us_per_message"] for run in (asleep, polling)]
        assert used[1] > 5 * used[0], polling.story(f"it slept: {used} us of CPU a line, asleep and polling")
        assert polling.report["generator_cpu_peak"] < 0.5, polling.story("what it spent in vain counts as work")

    best_of_three(attempt)


def test_a_room_is_checked_as_without(grottod):
    chat = grottod("chat", "--rate", "off")
    run = measured("fanout", chat.address(), "-c", 20, "--burst", 8, "--count", 400, "--warmup", "0s", "--busy-poll")
    run.ends_with(GOOD).finds(sent=400, expected=8000, received=8000)
