"""What differs when the HTTP API runs in a function, whose process lives for one request at a time."""
