"""The words of the business: frozen values and errors, which import nothing else of the project."""
