"""Tests of the senders of notices and of the dead-man switch."""
