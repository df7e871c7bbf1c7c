"""Articles on their way to the page: drafted, submitted, asked about, listed, changed; and the history of each."""
