"""Django's PostgreSQL, whose connections know the reach of the work under way."""
