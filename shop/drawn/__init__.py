"""Pure help for what the pages draw: where places lie, which way lines run, where a label has room. No Django here."""
