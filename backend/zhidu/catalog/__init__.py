"""2.5 What the company sells."""
