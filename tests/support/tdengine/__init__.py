"""Recorded responses of TDengine, and a stand-in that replays them."""
