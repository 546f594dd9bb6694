"""Domain values as the API's JSON. Dates and times are left to the renderer."""
