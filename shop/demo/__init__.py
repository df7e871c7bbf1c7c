"""The demo world: its data files and the pictures drawn for it."""
