import logging

# Configured, so the application leaves it alone and what it logs reaches pytest's `caplog`.
logging.getLogger("moviecatalog").setLevel(logging.INFO)
