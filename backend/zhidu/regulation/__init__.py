"""1 The regulation: its clauses by version, what they make due, and how they are measured."""
