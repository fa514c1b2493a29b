"""Tests of the service domain."""
