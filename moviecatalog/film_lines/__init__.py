"""Films as lines of JSON, in files: for the source that serves them, and for the import that stores them."""
