"""The live side: what is known of the newest readings, kept in memory."""
