"""Parts of texts."""
