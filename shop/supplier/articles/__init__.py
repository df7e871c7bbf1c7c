"""A supplier's own articles: drafted, changed, submitted, asked about, with their history."""
