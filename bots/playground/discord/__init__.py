"""A strict local Discord: REST, gateway and interactions as the documentation describes them, over real sockets."""
