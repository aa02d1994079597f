"""Who may see and do what: the policy as a table, the desk, disclosures, remembered decisions."""
