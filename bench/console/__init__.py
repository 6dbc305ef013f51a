"""The live table of the console in Chromium."""
