"""Settings: how thoroughly rows are measured, and how progress is told."""

import dataclasses
import sys


@dataclasses.dataclass
class Settings:
    blocks: int
    smoke: bool = False  # only whether it runs and every delivery is right; sizes are small then

    def tell(self, text):
        print(f"  … {text}", file=sys.stderr, flush=True)

    def pick(self, full, smoke):
        return smoke if self.smoke else full
