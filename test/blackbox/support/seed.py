"""The seed of a random test: printed, so that GROTTO_TEST_SEED=N repeats it."""

import os
import random


def random_seed():
    seed = int(os.environ.get("GROTTO_TEST_SEED") or random.randrange(1 << 32))
    print(f"seed {seed}")
    return seed
