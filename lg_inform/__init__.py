"""LG Inform: published figures about councils, where they come from, and how each council stands among others."""
