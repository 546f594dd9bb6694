"""Storages: the contract in `base` and `stores`, and the implementations."""
