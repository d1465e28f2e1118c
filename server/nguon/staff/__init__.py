"""The staff register: who works for grassroots information where, with or without an account."""
