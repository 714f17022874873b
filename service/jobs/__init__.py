"""Jobs: many claims that are cross-referenced in the background, piece by piece, and kept over restarts.

File by file: job (what is kept of one) → plain (values as JSON and back) → book (jobs, pieces and the queue, as small
documents) → turns (whose job comes next) → worker (the thread that does them) → setup.
"""
