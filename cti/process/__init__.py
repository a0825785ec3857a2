"""What runs: the supervisor, the engine, the broker; the command line; health and what is told outside."""

import os

# OpenBLAS, by which numpy multiplies matrices, begins a thread a core, and each turns in a loop for a while after
# every product: what takes 4 ms of one core then costs 116 ms of CPU, which calls need. Children inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
