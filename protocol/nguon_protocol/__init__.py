"""LSP-1, the Loa Signed Protocol: documents, envelope, acceptance rules and plan player, without I/O."""
