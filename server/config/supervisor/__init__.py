"""`nguon up`: starts every process of an installation, keeps them running, stops them in order."""
