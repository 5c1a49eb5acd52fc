"""Verdict: what must hold, each with its figure."""

GREETED_MS = 250
GREETED_OVERLOADED_MS = 1000  # clients and server want more than the machine has
GOODPUT = 0.75
MEMORY_MIB = 512  # 256 of logs, as --log-memory has it, and as much for everything else
RECOVERED = 1.5


def verdicts(found):
    """(what, whether it holds, the figure in words, whether it is about time), of each rule."""
    alone, storm, most, over = (found[name] for name in ("alone", "storm", "most", "overload"))
    crowds = {"alone": alone, "beside the storm": storm["crowd"], "beside storm and the most": most["crowd"], "beside it all": over["crowd"]}
    for name, crowd in crowds.items():
        yield f"the crowd {name}: nothing lost, nobody dropped", _is_whole(crowd), _told(crowd), False
    storms = [each["storm"] for each in (storm, most, over)]
    made, refused, overflows = (sum(each[name] for each in storms) for name in ("made", "refused", "backlog_overflows"))
    told = f"{refused} of {made:,} refused, {overflows} overflows"
    yield "storm: nobody refused, the backlog never full", refused + overflows == 0, told, False
    greeted = storm["storm"]["greeting_ms"]["p99"]
    yield f"storm beside the crowd: greeted within {GREETED_MS} ms (p99)", greeted <= GREETED_MS, f"{greeted:.0f} ms", True
    greeted = over["storm"]["greeting_ms"]["p99"]
    yield f"storm beside it all: greeted within {GREETED_OVERLOADED_MS} ms (p99)", greeted <= GREETED_OVERLOADED_MS, f"{greeted:.0f} ms", True
    goodput = over["talk"]["delivered_per_s"] / most["talk"]["delivered_per_s"]
    yield f"overload: at least {GOODPUT:.0%} of the most is delivered", goodput >= GOODPUT, f"{goodput:.0%}", True
    errors, skipped = (most["talk"][name] + over["talk"][name] for name in ("errors", "skipped"))
    # A reader that had no core for so long that it was lapped is told so.
    yield "overload: nothing lost unannounced", errors == 0, f"{errors} errors, {skipped} lines skipped and announced", False
    memory = max(crowd["peak_resident_mib"] for crowd in crowds.values())
    yield f"resident memory at most {MEMORY_MIB} MiB at its peak", memory <= MEMORY_MIB, f"{memory:.0f} MiB", False
    left = all(crowd["all_left"] for crowd in crowds.values())
    yield "everybody's descriptor is given back", left, "yes" if left else "no", False
    before, after = (found[name]["p99_ms"] for name in ("before", "after"))
    yield "5 s after: a new room is as fast as before", after <= max(RECOVERED * before, 5), f"p99 {after:.2f} ms, {before:.2f} before", True


def _is_whole(crowd):
    return crowd["errors"] == 0 and crowd["delivered"] == crowd["expected"] > 0


def _told(crowd):
    return f"{crowd['delivered']:,} of {crowd['expected']:,} lines, {crowd['errors']} errors"


def table(found):
    rows = [("", "connections", "lines/s delivered", "p50", "p99", "p99.9", "max", "server's CPU", "memory")]
    kib = found["alone"]["idle_kib_per_connection"]
    rows.append(("the crowd alone", *_crowd(found["alone"], f", {kib:.2f} KiB per connection")))
    for name, title in (("storm", "the storm"), ("most", "storm and the most"), ("overload", "storm and five times the most")):
        stage = found[name]
        rows.append((f"the crowd beside {title}", *_crowd(stage["crowd"], "")))
        made = stage["storm"]
        rows.append(("  the storm, to the greeting", f"{made['made']:,}", f"{made['per_second']} connections/s", *_times(made["greeting_ms"]), "", ""))
        if talk := stage.get("talk"):
            rows.append(("  the second room", str(talk["connections"]), f"{talk['delivered_per_s']:,.0f}", *_times(talk["latency_ms"]), "", ""))
    return rows


def _crowd(each, more):
    return (f"{each['connections']:,}", f"{each['delivered_per_s']:,.0f}", *_times(each["latency_ms"]), f"{each['server_cpu_share']:.0%} of a core",
            f"{each['peak_resident_mib']:.0f} MiB{more}")  # fmt: skip


def _times(latency):
    return [f"{latency[name]:.1f} ms" for name in ("p50", "p99", "p999", "max")]
