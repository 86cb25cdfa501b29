"""The ground floor: tables, and every query on them."""
