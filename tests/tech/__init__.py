"""Tests of the tech domain."""
