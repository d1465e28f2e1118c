"""Coming in: by a password, by an invitation, by a security key, by another's identity."""
