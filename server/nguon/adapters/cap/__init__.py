"""CAP 1.2 (Common Alerting Protocol, OASIS 2010, ITU-T X.1303 bis): read, judge, write; nothing of ours."""
