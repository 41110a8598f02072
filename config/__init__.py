"""Wiring of the project: settings, addresses, background jobs, servers."""
