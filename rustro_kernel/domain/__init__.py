"""Values and arithmetic: what a tick, a bar, an order and a rupee are. No I/O, no clock."""
