"""Brokers: where orders go. They never import one another."""
