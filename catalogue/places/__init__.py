"""Places as dated data: a table of an edition is read, planned against what stands, and written (docs/adr/0012)."""
