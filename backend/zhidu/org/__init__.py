"""1.2 The people and departments, their calendar, their sign-in, and what they hand over to one another."""
