"""Reading what others send in a process that can open nothing (docs/adr/011): documents, pictures, sound."""
