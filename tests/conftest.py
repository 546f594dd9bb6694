import logging

# Configured, so the application leaves them alone and what is logged reaches pytest's `caplog`.
for name in ("moviecatalog", "waitress"):
    logging.getLogger(name).setLevel(logging.INFO)
