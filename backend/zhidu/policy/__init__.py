"""Who may do what, by which clause: the one table of duties, the one decision, and its four uses."""
