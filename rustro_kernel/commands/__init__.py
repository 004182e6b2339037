"""What the subcommands of `rustro` do; `rustro_kernel.cli` only names them and their options."""
