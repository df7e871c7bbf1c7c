"""Keys of the supplier's own software, on pages."""
