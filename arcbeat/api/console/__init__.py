"""Serve the web console: the files that the build of web/ has made, from memory, and a page where they are missing."""
