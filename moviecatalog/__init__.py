"""A self-hosted movie catalogue with a REST API, built of plugins."""
