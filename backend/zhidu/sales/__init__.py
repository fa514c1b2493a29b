"""2.2, 4 Sales: leads, opportunities, proposals, orders, customers."""
