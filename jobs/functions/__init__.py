"""Entry points for function runtimes, which start a process per event or keep one between events."""
