"""The protocol from the other end: an HTTP server with exchangeable engines."""
