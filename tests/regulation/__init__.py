"""Tests of zhidu.regulation."""
