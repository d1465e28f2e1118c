"""The published vectors of LSP-1: how they are made, and how any verifier is held to them."""
