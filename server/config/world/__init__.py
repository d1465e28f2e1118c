"""The deterministic world: one server and many loudspeakers in one thread, in simulated time, from one seed.

The signer's issuing, building, beacons and store are the real ones, and so is the whole agent with its SQLite
journal. Only time, network, broker, sound and the tables of the web application are models.
"""
