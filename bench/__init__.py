"""Reproducible workloads at 10k, 100k and 1M leads, as ratios to a bare handler in the same interleaved run."""
