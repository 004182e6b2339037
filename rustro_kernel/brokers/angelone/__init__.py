"""Angel One SmartAPI: REST, streams, orders."""
