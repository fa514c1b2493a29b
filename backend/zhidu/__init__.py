"""Zhidu: a company's regulation on online promotion and sales, made to run."""
