"""The review of articles: what waits for the platform's reviewers, and what both sides see of an article."""
