"""Tests of zhidu.org."""
