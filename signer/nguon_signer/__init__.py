"""The signer of Nguồn: its own process, its own keys; re-checks approvals, builds and signs."""
