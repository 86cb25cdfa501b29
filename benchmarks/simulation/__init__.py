"""The real pacing of live replies in simulated time, on platforms that count every write."""
