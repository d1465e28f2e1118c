"""The engines that a machine may lack and that we therefore bring along: PostgreSQL and NATS."""
