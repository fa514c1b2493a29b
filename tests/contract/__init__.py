"""The contract: as generated, complete, unbroken, and kept by the running API."""
