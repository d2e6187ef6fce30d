"""What can be done with figures: receive a file, read it, publish, restore, load definitions and neighbours."""
