"""2.3, 7.3 The system itself: its trail, its keys, its jobs."""
