"""Whether a process that is not our child still runs."""


def is_running(pid):
    """Not ended: a zombie has. It may go while we look."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
