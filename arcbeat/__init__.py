"""arcbeat: the pulse of every machine on a factory floor, every five seconds."""
