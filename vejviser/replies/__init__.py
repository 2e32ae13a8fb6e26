"""From entries to replies: one channel-neutral reply, worded for two registers."""
