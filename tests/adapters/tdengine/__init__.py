"""Tests of the TDengine adapter."""
