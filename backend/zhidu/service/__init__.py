"""2.4 Service: what customers are told."""
