"""How a configuration is read, checked, explained and written; `rustro_kernel.config` uses it."""
