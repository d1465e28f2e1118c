"""People: users, their roles by area and dates, and how they sign in."""
