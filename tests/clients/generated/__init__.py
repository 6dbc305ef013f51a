"""Clients that are generated from the contract, each with a small program that uses it."""
