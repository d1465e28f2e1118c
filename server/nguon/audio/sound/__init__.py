"""Sound for horns: whatever arrives becomes one Opus master of known length, loudness and true peak.

`master_of_file` takes a file from outside through a sandboxed child process; `master_of_pcm` takes what
our own voices spoke.  Both end in the same chain: mono, measured after the downmix, gain, limiter, Opus.
"""
