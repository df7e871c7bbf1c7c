"""Files that suppliers send by a page: kept privately, looked at by a job, applied when a person has seen it."""
