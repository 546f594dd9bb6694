"""Storage in the process's own memory, for tests and demonstrations: nothing outlives the process.

moviecatalog.storage = memory
"""
