"""Everything goes wrong at once, again and again; afterwards every question has been answered once."""
