"""The table of operations: what a row is, the rows, and the operators that read them."""
