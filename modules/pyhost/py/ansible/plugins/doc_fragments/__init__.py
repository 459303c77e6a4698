"""Options that several plugins have."""
