"""5 Data: collection, roll-ups, the funnel."""
