"""Places: who lies within whom, under which official codes."""
