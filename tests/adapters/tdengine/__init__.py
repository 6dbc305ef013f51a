"""The readings port on TDengine."""
