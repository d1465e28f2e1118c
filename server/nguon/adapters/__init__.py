"""Thin clients of the engines that speak: one folder each, nothing of Nguồn's own rules inside."""
