"""What `moviecatalog check` looks at: the settings, each plugin with what it works with, and this machine."""
