"""Stock django-oscar at its fairest: its own apps and templates, and lists straight from the database."""
