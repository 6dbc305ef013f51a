"""TDengine as it was recorded, for tests."""
