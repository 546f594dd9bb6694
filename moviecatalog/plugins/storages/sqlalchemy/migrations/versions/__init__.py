"""One module per revision, oldest first by name. What is released stays as it is."""
