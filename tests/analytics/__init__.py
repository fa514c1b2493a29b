"""5 Data."""
