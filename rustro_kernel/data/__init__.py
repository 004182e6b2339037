"""Market data as tables: frames for pandas, SQL for DuckDB, import. Never on the live path."""
