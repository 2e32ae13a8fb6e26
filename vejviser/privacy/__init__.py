"""Nothing personal stays: redaction, expiring conversations, silent logs."""
