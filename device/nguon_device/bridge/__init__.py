"""Foreign loudspeakers (class L): boxes that cannot verify a signature, driven by one that can.

A bridge is an ordinary loudspeaker of LSP-1 (own key, own journal, own receipts) whose amplifier is somebody
else's box. What is signed is checked here, at the last point that can be trusted; beyond it nothing is.
"""
