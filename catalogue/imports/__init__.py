"""Products from a supplier's table: CSV or XLSX is read, planned, shown and applied as a whole, or not at all."""
