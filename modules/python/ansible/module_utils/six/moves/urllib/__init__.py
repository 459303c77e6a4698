"""urllib, as six names its parts."""
