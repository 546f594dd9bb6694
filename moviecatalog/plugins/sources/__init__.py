"""Movie sources."""
