"""Reading the journal: its facts, whether its chain is whole, and the heads that the signer has signed."""

from nguon.journal.queries.heads import HeadFault, HeadsRead, last_kept, read_heads
from nguon.journal.queries.reading import Filter, facts_after, facts_of, newest_facts, page
from nguon.journal.queries.verifying import Bad, Head, Verified, first_broken, head, verify

__all__ = [
    "Bad",
    "Filter",
    "Head",
    "HeadFault",
    "HeadsRead",
    "Verified",
    "facts_after",
    "facts_of",
    "first_broken",
    "head",
    "last_kept",
    "newest_facts",
    "page",
    "read_heads",
    "verify",
]
