"""`python -m rustro_kernel`: the `rustro` command where no script of that name is at hand."""

from rustro_kernel.cli import main

main()
